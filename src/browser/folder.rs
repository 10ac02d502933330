//! Dropped folders, walked to their last file.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, File, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry, FileSystemFileEntry,
};

/// A file and its path below what was dropped; empty when it was dropped itself.
pub struct Found {
    pub file: File,
    pub path: String,
}

/// What was dropped. Only while the drop is being told can it be asked for, so it is taken first and walked then.
pub enum Dropped {
    File(File),
    Folder(FileSystemDirectoryEntry),
}

pub fn take(data: &DataTransfer) -> Vec<Dropped> {
    let items = data.items();
    let mut dropped = Vec::new();
    for at in 0..items.length() {
        let Some(item) = items.get(at).filter(|item| item.kind() == "file") else { continue };
        let entry = item.webkit_get_as_entry().ok().flatten();
        match entry.filter(FileSystemEntry::is_directory) {
            // Chromium keeps the classes of entries to itself: what an entry is, only it can say.
            Some(folder) => dropped.push(Dropped::Folder(folder.unchecked_into())),
            None => dropped.extend(item.get_as_file().ok().flatten().map(Dropped::File)),
        }
    }
    dropped
}

/// Every file of what was dropped; folders by name, so that the order is the same each time.
pub async fn walk(dropped: Vec<Dropped>) -> Vec<Found> {
    let mut found = Vec::new();
    for each in dropped {
        match each {
            Dropped::File(file) => found.push(Found { file, path: String::new() }),
            Dropped::Folder(folder) => walk_folder(folder, &mut found).await,
        }
    }
    found
}

async fn walk_folder(folder: FileSystemDirectoryEntry, found: &mut Vec<Found>) {
    let mut open = vec![folder];
    let first = found.len();
    while let Some(folder) = open.pop() {
        for entry in entries_of(&folder).await {
            if entry.is_directory() {
                // A hidden folder holds nothing that a person put there to be read.
                if !entry.name().starts_with('.') {
                    open.push(entry.unchecked_into());
                }
            } else if let Some(file) = file_of(entry.unchecked_ref()).await {
                let path = entry.full_path().trim_start_matches('/').to_owned();
                let after = found.get(first..).map_or(0, |found| found.partition_point(|known| known.path < path));
                found.insert(first + after, Found { file, path });
            }
        }
    }
}

/// A reader gives a hundred or so at a time, and none when it has given all.
async fn entries_of(folder: &FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader = folder.create_reader();
    let mut entries = Vec::new();
    loop {
        let batch = next_batch(&reader).await;
        if batch.is_empty() {
            return entries;
        }
        entries.extend(batch);
    }
}

async fn next_batch(reader: &FileSystemDirectoryReader) -> Vec<FileSystemEntry> {
    let promise = Promise::new(&mut |done: Function, failed: Function| {
        if reader.read_entries_with_callback_and_callback(&done, &failed).is_err() {
            let _ = failed.call0(&wasm_bindgen::JsValue::NULL);
        }
    });
    let batch = JsFuture::from(promise).await.ok().and_then(|batch| batch.dyn_into::<Array>().ok());
    batch.map(|batch| batch.iter().map(|entry| entry.unchecked_into()).collect()).unwrap_or_default()
}

async fn file_of(entry: &FileSystemFileEntry) -> Option<File> {
    let promise = Promise::new(&mut |done: Function, failed: Function| {
        entry.file_with_callback_and_callback(&done, &failed);
    });
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}
