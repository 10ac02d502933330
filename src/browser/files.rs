//! Files from a drop or a file dialogue, and the demo's, which the program carries with it.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, Event, File, HtmlInputElement};

use super::folder::{self, Found};

/// Bytes that are handed over to a worker.
pub type Bytes = ArrayBuffer;

/// A file the user gave. Its bytes are read when they are needed, and again if a worker has to be replaced.
#[derive(Debug, Clone)]
pub struct GivenFile {
    pub name: String,
    pub size_bytes: u64,
    /// It came with a folder, whose every file the user may not have meant.
    pub is_in_folder: bool,
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
        Self {
            name: name.to_owned(),
            size_bytes: text.len() as u64,
            is_in_folder: false,
            source: Source::Carried(text),
        }
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

/// What was given, and what in a folder was passed over because it is no table.
#[derive(Debug, Clone, Default)]
pub struct Given {
    pub files: Vec<GivenFile>,
    pub passed_over: Vec<String>,
}

/// The dropped files, and those in dropped folders.
pub fn from_drop(event: &DragEvent, take: impl FnOnce(Given) + 'static) {
    event.prevent_default();
    let dropped = event.data_transfer().map(|data| folder::take(&data)).unwrap_or_default();
    super::spawn_local(async move { take(given(folder::walk(dropped).await)) });
}

/// The files picked in an `<input type="file">`, which is emptied so that the same file can be picked again.
pub fn from_input(event: &Event) -> Given {
    let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else {
        return Given::default();
    };
    let list = input.files();
    let files = list.iter().flat_map(|list| (0..list.length()).filter_map(|at| list.get(at)));
    let found = files.map(|file| Found { path: path_of(&file), file }).collect();
    input.set_value("");
    given(found)
}

/// Below the chosen folder; empty for a file that was chosen itself.
fn path_of(file: &File) -> String {
    js_sys::Reflect::get(file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string()).unwrap_or_default()
}

fn given(found: Vec<Found>) -> Given {
    let mut given = Given::default();
    let mut paths: Vec<String> = Vec::new();
    for Found { file, path } in found {
        let name = file.name();
        let is_in_folder = !path.is_empty();
        if is_in_folder && (name.starts_with('.') || path.split('/').any(|part| part.starts_with('.'))) {
            continue;
        }
        if is_in_folder && is_no_table(&name) {
            given.passed_over.push(path);
            continue;
        }
        let size_bytes = file.size() as u64;
        given.files.push(GivenFile { name, size_bytes, is_in_folder, source: Source::Dropped(file) });
        paths.push(path);
    }
    tell_apart(&mut given.files, &paths);
    given
}

/// Two files of one name keep their path inside the folder.
fn tell_apart(files: &mut [GivenFile], paths: &[String]) {
    let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
    for (file, path) in files.iter_mut().zip(paths) {
        if !path.is_empty() && names.iter().filter(|name| **name == file.name).count() > 1 {
            file.name.clone_from(path);
        }
    }
}

/// Pictures, papers, programs and archives, by their endings. Workbooks and SAS files are handed to the reader, which says
/// what to do with them.
fn is_no_table(name: &str) -> bool {
    const ENDINGS: [&str; 40] = [
        "png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "ico", "tif", "tiff", "pdf", "doc", "docx", "ppt", "pptx",
        "rtf", "md", "html", "htm", "xml", "r", "rmd", "py", "sas", "log", "lst", "exe", "dll", "zip", "gz", "tar",
        "7z", "rar", "rds", "rdata", "db", "mp4", "mov", "css", "js",
    ];
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}
