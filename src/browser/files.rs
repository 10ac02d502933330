//! Files from a drop or a file dialogue, and the demo's, which the program carries with it.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, Event, File, FileList, HtmlInputElement};

/// Bytes that are handed over to a worker.
pub type Bytes = ArrayBuffer;

/// A file the user gave. Its bytes are read when they are needed, and again if a worker has to be replaced.
#[derive(Debug, Clone)]
pub struct GivenFile {
    pub name: String,
    pub size_bytes: u64,
    source: Source,
}

#[derive(Debug, Clone)]
enum Source {
    Dropped(File),
    Carried(&'static str),
}

impl GivenFile {
    /// A file that is part of the program.
    pub fn carried(name: &str, text: &'static str) -> Self {
        Self { name: name.to_owned(), size_bytes: text.len() as u64, source: Source::Carried(text) }
    }

    pub fn no_bytes() -> Bytes {
        ArrayBuffer::new(0)
    }

    pub async fn read_text(&self) -> Result<String, String> {
        let buffer = self.read().await?;
        let bytes = Uint8Array::new(&buffer).to_vec();
        String::from_utf8(bytes).map_err(|_| format!("{}: the file is not UTF-8 text.", self.name))
    }

    pub async fn read(&self) -> Result<Bytes, String> {
        match &self.source {
            Source::Carried(text) => Ok(Uint8Array::from(text.as_bytes()).buffer()),
            Source::Dropped(file) => {
                let refused = || {
                    format!(
                        "{}: the browser could not read the file. If it is open in another program or was moved, close it there and drop it again.",
                        self.name
                    )
                };
                let bytes = JsFuture::from(file.array_buffer()).await.map_err(|_| refused())?;
                bytes.dyn_into().map_err(|_| refused())
            }
        }
    }
}

pub fn from_drop(event: &DragEvent) -> Vec<GivenFile> {
    event.prevent_default();
    event.data_transfer().and_then(|data| data.files()).map(|list| given(&list)).unwrap_or_default()
}

/// The files picked in an `<input type="file">`, which is emptied so that the same file can be picked again.
pub fn from_input(event: &Event) -> Vec<GivenFile> {
    let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else {
        return Vec::new();
    };
    let files = input.files().map(|list| given(&list)).unwrap_or_default();
    input.set_value("");
    files
}

fn given(list: &FileList) -> Vec<GivenFile> {
    (0..list.length())
        .filter_map(|index| list.get(index))
        .map(|file| GivenFile { name: file.name(), size_bytes: file.size() as u64, source: Source::Dropped(file) })
        .collect()
}
