//! The examples of the guide's page on S3 run, on this server instead of the one that they name.

use crate::console::check;
use crate::place::{Place, endpoint};

#[test]
fn the_examples_of_s3_run() {
    let page = include_str!("../../../../docs/s3.md");
    let here =
        page.replace("http://127.0.0.1:4566", &endpoint()).replace("hallpass-demo", &Place::bare().bucket);
    assert_ne!(page, here);
    // Its last example is about an object that the first ones have removed; a link does not need it.
    check("s3.md", &here);
}
