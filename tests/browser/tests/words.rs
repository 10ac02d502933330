//! The words of the tests do what they say: a test that watches for requests must see one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use second_look_browser_tests::Page;
use serde_json::json;

#[test]
fn the_words_of_the_tests_work() {
    let page = Page::start();
    requests_are_seen(&page);

    page.open("");
    page.wait_for_start();
    page.settle();
    files_arrive(&page);
    downloads_arrive(&page);
    faults_are_seen(&page);
}

fn requests_are_seen(page: &Page) {
    // A file of the host is a page without the program's policy, which would refuse what is to be seen here.
    page.open_address(&page.site.address("demo/README.txt"));
    page.settle();
    assert_eq!(page.take_requests(), Vec::<String>::new());
    page.driver.script("return fetch('../templates/subjects.csv?seen').then((answer) => answer.text())", json!([]));
    let seen = page.take_requests();
    let address = page.site.address("templates/subjects.csv?seen");
    assert_eq!(
        seen,
        [address, "GET /review/templates/subjects.csv?seen".to_owned()],
        "the page's and the host's word for it"
    );

    let in_worker = "
        const source = `fetch(${JSON.stringify(arguments[0])}).then(() => postMessage('done'))`;
        const worker = new Worker(URL.createObjectURL(new Blob([source])));
        return new Promise((done) => { worker.onmessage = () => done(); });";
    page.driver.script(in_worker, json!([page.site.address("templates/subjects.csv?worker")]));
    assert!(page.take_requests().iter().any(|request| request.ends_with("templates/subjects.csv?worker")));
}

fn files_arrive(page: &Page) {
    let prepare = "
        const input = Object.assign(document.createElement('input'), { type: 'file', multiple: true, id: 'own-input' });
        const place = Object.assign(document.createElement('div'), { id: 'own-place' });
        document.body.append(input, place);
        const show = async (files) => {
            const texts = await Promise.all([...files].map(async (file) => `${file.name}=${await file.text()}`));
            place.textContent = texts.join(';');
        };
        input.onchange = () => show(input.files);
        place.ondragover = (event) => event.preventDefault();
        place.ondrop = (event) => { event.preventDefault(); show(event.dataTransfer.files); };";
    page.driver.script(prepare, json!([]));
    page.drop_files("#own-place", &[("a.csv", "1,2"), ("b.csv", "é")]);
    page.wait_for("#own-place", "a.csv=1,2;b.csv=é");
    let path = page.downloads.join("c.csv");
    std::fs::write(&path, "3").unwrap();
    page.choose_files("#own-input", &[&path]);
    page.wait_for("#own-place", "c.csv=3");
}

fn downloads_arrive(page: &Page) {
    let save = "
        const link = document.createElement('a');
        link.href = URL.createObjectURL(new Blob(['saved']));
        link.download = 'saved.txt';
        link.click();";
    page.driver.script(save, json!([]));
    assert_eq!(std::fs::read_to_string(page.downloaded("saved.txt")).unwrap(), "saved");
}

fn faults_are_seen(page: &Page) {
    page.assert_no_faults();
    page.driver.script(
        "fetch('https://example.org/').catch(() => {}); setTimeout(() => { throw new Error('x'); })",
        json!([]),
    );
    page.wait_until("a violation and an error", || {
        let faults = page.faults().join("\n");
        (faults.contains("policy: connect-src https://example.org") && faults.contains("uncaught: ")).then_some(())
    });
}
