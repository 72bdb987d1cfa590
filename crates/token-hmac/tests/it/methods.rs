//! S38: what covers what.

use token_hmac::{Method, Methods, PassSpec, Presented, Refusal};

use crate::fixture::{NOW, at, key, mint, passes};

const ALL: [Method; 5] = [Method::Get, Method::Head, Method::Put, Method::Post, Method::Delete];

#[test]
fn s38_each_method_covers_itself_and_get_covers_head() {
    let name = key("a");
    for granted in ALL {
        let pass = mint(&PassSpec::object(&name).with_methods(granted.into()));
        for method in ALL {
            let result = passes().verify(pass.expose(), &Presented::new(method, &name), at(NOW)).map(|_| ());
            let covered = granted == method || (granted, method) == (Method::Get, Method::Head);
            let refused = Refusal::MethodNotCovered { method, covered: granted.into() };
            assert_eq!(result, if covered { Ok(()) } else { Err(refused) }, "{granted} {method}");
        }
    }
}

#[test]
fn s38_the_default_is_get() {
    let name = key("a");
    let pass = mint(&PassSpec::object(&name));
    let verified = passes().verify(pass.expose(), &Presented::new(Method::Head, &name), at(NOW)).unwrap();
    assert_eq!(verified.methods(), Methods::GET);
}

#[test]
fn s38_a_set_covers_what_its_members_do() {
    let set = Methods::from_iter([Method::Head, Method::Post]);
    assert_eq!(ALL.map(|method| set.covers(method)), [false, true, false, true, false]);
    assert_eq!(set.to_string(), "HEAD, POST");
    assert_eq!(ALL.map(|method| Methods::NONE.covers(method)), [false; 5]);
}

#[test]
fn s38_names_are_exact() {
    for method in ALL {
        assert_eq!(method.as_str().parse(), Ok(method));
    }
    for text in ["get", "GET ", "", "PATCH", "OPTIONS", "GETT", "CONNECT"] {
        assert!(text.parse::<Method>().is_err(), "{text}");
    }
}
