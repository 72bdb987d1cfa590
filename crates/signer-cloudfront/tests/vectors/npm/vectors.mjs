// Writes or checks the vectors of signed cookies and URLs: `node vectors.mjs --check FILE` or `--write FILE`.
//
// They come from the signer of AWS's SDK for JavaScript, which writes URLs anew before it signs them. So cookies are made
// for every URL, and URLs only where it leaves them as they are.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// The packages lie where this program is started, not where it is.
const require = createRequire(join(process.cwd(), "package.json"));
const { getSignedCookies, getSignedUrl } = require("@aws-sdk/cloudfront-signer");
const { version } = JSON.parse(readFileSync("node_modules/@aws-sdk/cloudfront-signer/package.json", "utf8"));

const here = dirname(fileURLToPath(import.meta.url));
const privateKey = readFileSync(join(here, "../../keys/rsa-pkcs1.pem"), "utf8");
const keyPairId = "K2JCJMDEHXQW5F";
const host = "https://d111111abcdef8.cloudfront.net";
const expires = 1767290400;
const start = 1767200000;

const urls = {
  plain: `${host}/images/image.jpg`,
  query: `${host}/image.jpg?color=red&size=medium`,
  encoded_space: `${host}/two%20words.jpg?title=two%20words`,
  plus: `${host}/a+b.jpg?c=d+e`,
  encoded_slash: `${host}/a%2fb%2Fc.jpg?d=e%2ff`,
  equals: `${host}/a=b.jpg?c=d=e`,
  comma: `${host}/a,b.jpg?c=d,e`,
  without_value: `${host}/image.jpg?download&also=`,
  encoded_json: `${host}/%22%5C%7B%7D.jpg?a=%22%5C`,
  encoded_utf8: `${host}/%E2%82%AC/%F0%9F%98%80.jpg`,
};
const conditions = {
  canned: {},
  begins: { not_before: start },
  block: { source_ip: "192.0.2.0/24" },
  address: { source_ip: "192.0.2.7" },
  all: { not_before: start, source_ip: "192.0.2.0/24" },
};

function* cases() {
  for (const [name, url] of Object.entries(urls)) {
    for (const hash of ["sha1", "sha256"]) {
      for (const [condition, changes] of Object.entries(conditions)) {
        yield { name: `${name}_${condition}_${hash}`, url, hash, expires, not_before: null, source_ip: null, ...changes };
      }
    }
  }
}

function signed(vector) {
  const options = {
    url: vector.url,
    keyPairId,
    privateKey,
    dateLessThan: new Date(vector.expires * 1000).toISOString(),
    dateGreaterThan: vector.not_before === null ? undefined : new Date(vector.not_before * 1000).toISOString(),
    ipAddress: vector.source_ip ?? undefined,
    algorithm: vector.hash.toUpperCase(),
  };
  const url = getSignedUrl(options);
  const untouched = url.startsWith(vector.url + (vector.url.includes("?") ? "&" : "?"));
  const cookies = Object.fromEntries(Object.entries(getSignedCookies(options)).map(([name, value]) => [name, String(value)]));
  return { ...vector, key_pair_id: keyPairId, cookies, signed_url: untouched ? url : null };
}

function build() {
  const provenance = `vectors.mjs with @aws-sdk/cloudfront-signer ${version}`;
  return JSON.stringify({ provenance, cases: [...cases()].map(signed) }, null, 1) + "\n";
}

const [what, file] = process.argv.slice(2);
if (what === "--write") {
  writeFileSync(file, build());
} else if (what !== "--check" || readFileSync(file, "utf8") !== build()) {
  console.error(`${file} differs from what this script would write`);
  process.exit(1);
}
