//! Compiled examples of Hallpass; each lives in its own file beside this one.
