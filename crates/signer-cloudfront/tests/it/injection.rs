//! S23: no text changes the structure of a policy, or what it is for.

use proptest::prelude::*;
use signer_cloudfront::{
    Conditions, ExternalKey, Pattern, PolicyForm, Resource, SigningAlgorithm, Target, Window,
};

use crate::fixture::{NOW, id, url};

/// Reads a policy with a plain JSON reader, and returns its one resource after checking that nothing else is there.
fn sole_resource(target: Target<'_>) -> String {
    let conditions = Conditions::new(Window::until_unix(NOW).unwrap()).with_form(PolicyForm::Custom);
    let prepared = ExternalKey::new(id(), SigningAlgorithm::RsaSha256).prepare(target, conditions).unwrap();
    let policy: serde_json::Value = serde_json::from_slice(prepared.message()).unwrap();
    let statements = policy["Statement"].as_array().unwrap();
    assert_eq!((policy.as_object().unwrap().len(), statements.len()), (1, 1));
    let statement = statements[0].as_object().unwrap();
    assert_eq!(statement.len(), 2);
    assert_eq!(statement["Condition"], serde_json::json!({"DateLessThan": {"AWS:EpochTime": NOW}}));
    statement["Resource"].as_str().unwrap().to_owned()
}

const HOSTILE: &[&str] = &[
    r#"a"},{"Resource":"*"#,
    r#"x","Condition":{}},{"Resource":"*"#,
    "\\",
    "\\\"",
    "a\nb",
    "*",
    "?",
    "a?b*c",
    "#",
    " ",
    "../../etc",
    "\u{2028}",
    "&Policy=x",
    "\u{0}",
];

#[test]
fn s23_hostile_names_are_only_names() {
    let base = url("https://media.example.com/");
    for name in HOSTILE {
        let resource = base.join([name]).unwrap();
        assert_eq!(sole_resource((&resource).into()), resource.as_str());
        assert_eq!(resource.as_str().matches(['"', '\\', '*', '?', '#', ' ', '&']).count(), 0, "{name}");
        let pattern = Pattern::below(&base, [name]).unwrap();
        assert_eq!(sole_resource((&pattern).into()), pattern.as_str());
        assert_eq!(pattern.as_str().matches(['*', '?']).count(), 1, "{name}");
    }
}

#[test]
fn s23_hostile_urls_are_refused() {
    for name in HOSTILE.iter().filter(|name| !name.starts_with("../") && !name.starts_with('&')) {
        let text = format!("https://media.example.com/{name}");
        assert!(Resource::parse(&text).is_err(), "{text}");
    }
    assert!(Resource::parse("").is_err() && Pattern::parse("").is_err(), "nothing would be everything");
}

proptest! {
    #[test]
    fn s23_any_name_is_one_resource(names in prop::collection::vec("\\PC{1,8}|[\"\\\\*?#{}\\[\\],: \n]{1,8}", 1..4)) {
        prop_assume!(names.iter().all(|name| name != "." && name != ".."));
        let base = url("https://media.example.com/");
        let resource = base.join(&names).unwrap();
        prop_assert_eq!(sole_resource((&resource).into()), resource.as_str());
        let pattern = Pattern::below(&base, &names).unwrap();
        prop_assert_eq!(sole_resource((&pattern).into()), pattern.as_str());
    }
}
