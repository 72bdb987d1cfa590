//! `hallpass bucket init`.

use serde_json::json;

use crate::curl::curl;
use crate::place::{Place, endpoint, with_keys};
use crate::sandbox::Run;

fn init(place: &Place, options: &[&str]) -> Run {
    place.run(&[&["bucket", "init", "--store", &place.store()], options].concat())
}

fn outcomes(run: &Run) -> Vec<(String, String)> {
    let settings = run.json()["settings"].as_array().unwrap().clone();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    settings.iter().map(|step| (text(&step["setting"]), text(&step["outcome"]))).collect()
}

/// Asks the server for a setting as anyone can: LocalStack takes unsigned requests.
fn setting(place: &Place, name: &str) -> String {
    let answer = curl(&[&format!("{}/{}?{name}", endpoint(), place.bucket)]);
    String::from_utf8(answer.body).unwrap()
}

#[test]
fn d24_s48_a_bucket_is_made_with_safe_settings_once() {
    let place = Place::bare();
    let first = init(&place, &["--json"]).exits(0);
    assert_eq!(first.json()["bucket"], json!(place.bucket));
    let names: Vec<String> = outcomes(&first).into_iter().map(|(name, _)| name).collect();
    let all = ["bucket", "public-access-block", "bucket-owner-enforced", "encryption", "abort-uploads"];
    assert_eq!(names, all);
    for (name, outcome) in outcomes(&first) {
        assert!(outcome == "done" || (outcome == "already" && name != "bucket"), "{name}: {outcome}");
    }
    let block = setting(&place, "publicAccessBlock");
    for word in ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"] {
        assert!(block.contains(&format!("<{word}>true</{word}>")), "{block}");
    }
    assert!(setting(&place, "ownershipControls").contains("BucketOwnerEnforced"));
    assert!(setting(&place, "encryption").contains("AES256"));
    let lifecycle = setting(&place, "lifecycle");
    assert!(lifecycle.contains("<DaysAfterInitiation>7</DaysAfterInitiation>"), "{lifecycle}");
    assert!(!setting(&place, "versioning").contains("Enabled"));

    let second = init(&place, &["--json"]).exits(0);
    for (name, outcome) in outcomes(&second) {
        assert_eq!(outcome, "already", "{name}");
    }
    let text = init(&place, &[]).exits(0).out;
    assert!(text.starts_with(&format!("bucket `{}`\n", place.bucket)), "{text}");
    assert!(text.contains("\n  encryption             was so already"), "{text}");
    assert_eq!(setting(&place, "lifecycle"), lifecycle);
}

#[test]
fn versioning_and_the_number_of_days_are_asked_for() {
    let place = Place::new();
    let asked = init(&place, &["--versioning", "--abort-uploads-after", "3", "--json"]).exits(0);
    let outcomes = outcomes(&asked);
    assert_eq!(
        outcomes[4..].iter().map(|(_, outcome)| outcome.as_str()).collect::<Vec<_>>(),
        ["done", "done"]
    );
    assert!(setting(&place, "versioning").contains("Enabled"));
    let lifecycle = setting(&place, "lifecycle");
    assert!(lifecycle.contains("<DaysAfterInitiation>3<") && !lifecycle.contains(">7<"), "{lifecycle}");
}

/// Putting a rule replaces all of them: those of somebody else have to be put again.
#[test]
fn rules_of_somebody_else_stay() {
    let place = Place::new();
    let url = format!("{}/{}?lifecycle", endpoint(), place.bucket);
    let rule = "<LifecycleConfiguration><Rule><ID>theirs</ID><Filter><Prefix>logs/</Prefix></Filter>\
                <Status>Enabled</Status><Expiration><Days>30</Days></Expiration></Rule></LifecycleConfiguration>";
    assert_eq!(
        curl(&["--request", "PUT", "--header", "content-type: application/xml", "--data-binary", rule, &url])
            .code(),
        200
    );
    init(&place, &[]).exits(0);
    let lifecycle = setting(&place, "lifecycle");
    assert!(lifecycle.contains("theirs") && lifecycle.contains("<Days>30</Days>"), "{lifecycle}");
    assert!(lifecycle.contains("hallpass-abort-uploads"), "{lifecycle}");
}

#[test]
fn s48_a_bucket_of_another_account_is_refused() {
    let place = Place::new();
    let before = setting(&place, "lifecycle");
    let stranger = |options: &[&str]| {
        let arguments = [&["bucket", "init", "--abort-uploads-after", "1"], options].concat();
        let mut command = with_keys(crate::sandbox::Sandbox::command(&place, &arguments), "test");
        command.env("AWS_ACCESS_KEY_ID", "111111111111"); // LocalStack takes the account from it
        Run::of(command)
    };
    stranger(&["--store", &place.store()]).exits(3);
    assert_eq!(setting(&place, "lifecycle"), before, "a setting of somebody else's bucket was changed");
}
