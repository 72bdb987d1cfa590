//! Whether a bucket lets everybody in, where nothing keeps its policy from doing so (D24).

use store::ErrorKind;

use super::{BucketOutcome, Step, asked};
use crate::bucket::{Bucket, unopened};

/// Looks at the policy of a bucket whose public access cannot be blocked.
pub(super) async fn policy(bucket: &Bucket) -> Step {
    let ask = bucket.client().get_bucket_policy().bucket(bucket.name());
    let found = asked(ask.set_expected_bucket_owner(bucket.owner()).send().await)?;
    let policy = found.and_then(|found| found.policy).unwrap_or_default();
    if !may_open_to_all(&policy) {
        return Err(BucketOutcome::Unsupported);
    }
    let detail =
        "the server cannot block public access, and the bucket's policy may let everybody in: look at it";
    Err(BucketOutcome::Failed(unopened(ErrorKind::Forbidden).with_detail(detail)))
}

/// Tells whether a policy that allows something names everybody, in whichever of its statements.
fn may_open_to_all(policy: &str) -> bool {
    let policy: String = policy.split_whitespace().collect();
    let names_all = |principal: &str| {
        let end = principal.find(if principal.starts_with('{') { '}' } else { ',' });
        principal.get(..end.unwrap_or(principal.len())).is_some_and(|names| names.contains("\"*\""))
    };
    let names_all = policy.split("\"Principal\":").skip(1).any(names_all);
    (names_all || policy.contains("\"NotPrincipal\":")) && policy.contains("\"Effect\":\"Allow\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d24_a_policy_that_names_everybody_is_told_from_others() {
        for (open, principal) in [
            (true, r#""Principal": "*""#),
            (true, r#""Principal": {"AWS": "*"}"#),
            (true, r#""Principal": {"AWS": ["arn:aws:iam::1:root", "*"]}"#),
            (true, r#""NotPrincipal": {"AWS": "arn:aws:iam::1:root"}"#),
            (false, r#""Principal": {"AWS": ["arn:aws:iam::1:root"]}"#),
            (false, r#""Principal": "arn:aws:iam::1:user/*", "Action": "*""#),
        ] {
            let policy =
                |effect: &str| format!("{{\"Statement\": [{{\"Effect\": \"{effect}\", {principal}}}]}}");
            assert_eq!(may_open_to_all(&policy("Allow")), open, "{principal}");
            assert!(!may_open_to_all(&policy("Deny")), "{principal}");
        }
        assert!(!may_open_to_all(""));
    }
}
