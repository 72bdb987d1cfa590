// Measures the signer of AWS's SDK for JavaScript: `node npm_peer.mjs sha1|sha256 PACKAGES`.
//
// Prints `{"figure": …}`, URLs per second of processor time, and waits for the end of its input.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(join(process.argv[3], "package.json"));
const { getSignedUrl } = require("@aws-sdk/cloudfront-signer");

const seconds = 1;
const here = dirname(fileURLToPath(import.meta.url));
const pem = readFileSync(join(here, "../../tests/keys/rsa-pkcs1.pem"), "utf8"); // It takes PEM, and reads it at each call.
const options = {
  url: "https://d111111abcdef8.cloudfront.net/albums/42/1.jpg?size=large",
  keyPairId: "K2JCJMDEHXQW5F",
  privateKey: pem,
  dateLessThan: new Date(1767290400000).toISOString(),
  algorithm: process.argv[2].toUpperCase(),
};

const spent = (start) => {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
};
for (let i = 0; i < 200; i++) getSignedUrl(options);
let count = 0;
const start = process.cpuUsage();
while (spent(start) < seconds) {
  for (let i = 0; i < 20; i++) getSignedUrl(options);
  count += 20;
}
console.log(JSON.stringify({ figure: count / spent(start) }));
process.stdin.resume().on("end", () => process.exit(0));
