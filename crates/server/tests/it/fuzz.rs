//! Every seed that is kept in `fuzz/seeds`, through the same entries as the fuzzer: what it once found
//! stays found, on any compiler.

#[path = "../../../../fuzz/entries.rs"]
mod entries;
#[path = "../../../../fuzz/house.rs"]
mod house;

use std::path::Path;

#[test]
fn what_the_fuzzer_was_begun_with_and_what_it_found_does_no_harm() {
    let seeds = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/seeds"));
    let all = entries::NAMES.map(|name| (name, entries::run as fn(&str, &[u8])));
    let upper = house::NAMES.map(|name| (name, house::run as fn(&str, &[u8])));
    for (name, run) in all.into_iter().chain(upper) {
        let folder = seeds.join(name);
        let files: Vec<_> =
            std::fs::read_dir(&folder).unwrap().map(|it| it.unwrap().path()).collect();
        assert!(!files.is_empty(), "{name} has no seeds");
        for file in files {
            eprintln!("{}", file.display());
            run(name, &std::fs::read(&file).unwrap());
        }
    }
}
