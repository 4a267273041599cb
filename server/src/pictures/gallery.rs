//! Finds, reads and decodes pictures, several at a time.
//!
//! What is made of a picture is the caller's business; a picture is let go before the next one is read, so memory
//! does not grow with the catalogue. Invariant: what is returned does not depend on which thread was faster.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::{fs, panic, thread};

use url::Url;

use super::address::{Place, place};
use super::cache::Cache;
use super::decode::{Most, decode};
use super::error::PictureError;
use super::params::PictureParams;
use super::web::Web;
use crate::picture::Picture;
use crate::progress::Stage;
use crate::storage::{Storage, StorageError};

/// Requests at once.
const AT_ONCE: usize = 8;
/// How often to tell the bar.
const REPORT_EVERY: usize = 16;

/// Where the pictures of one data folder are read from.
#[derive(Debug)]
pub struct Gallery<'a> {
    storage: &'a Storage,
    params: &'a PictureParams,
    cache: Option<Cache>,
    note: Option<String>,
    /// Made when the first picture is fetched: most cooks need none.
    web: OnceLock<Result<Web, String>>,
}

/// A picture as the shop has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Original {
    /// The content of its file, whatever that is.
    File(Vec<u8>),
    /// Where it is on the web; http or https, without a login.
    Web(Url),
}

impl<'a> Gallery<'a> {
    /// Opens the cache, and nothing else.
    pub fn open(storage: &'a Storage, params: &'a PictureParams) -> Self {
        let cache = params.cache.as_deref().map(|folder| (folder, Cache::open(folder)));
        let (cache, note) = match cache {
            None => (None, None),
            Some((_, Ok(cache))) => (Some(cache), None),
            Some((folder, Err(error))) => (None, Some(not_kept(folder, &error))),
        };
        Self { storage, params, cache, note, web: OnceLock::new() }
    }

    /// What is worth knowing besides.
    pub fn notes(&self) -> Vec<String> {
        self.note.iter().cloned().collect()
    }

    /// Makes something of the picture at every address, in the order of the addresses.
    pub fn each<T: Send>(
        &self,
        addresses: &[&str],
        make: impl Fn(&Picture) -> T + Sync,
        stage: &Stage,
    ) -> Vec<Result<T, PictureError>> {
        let next = AtomicUsize::new(0);
        let made: Vec<Mutex<Option<Result<T, PictureError>>>> =
            addresses.iter().map(|_| Mutex::new(None)).collect();
        let work = || {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(address) = addresses.get(at) else { return };
                let one = self.picture(address).map(|picture| make(&picture));
                if let Ok(mut place) = made[at].lock() {
                    *place = Some(one);
                }
                if (at + 1).is_multiple_of(REPORT_EVERY) {
                    stage.advance(REPORT_EVERY as u64);
                }
            }
        };
        let workers = self.workers(addresses);
        thread::scope(|scope| {
            let running: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
            work();
            for worker in running {
                if let Err(panic) = worker.join() {
                    panic::resume_unwind(panic);
                }
            }
        });
        let taken = |place: Mutex<Option<_>>| place.into_inner().ok().flatten();
        made.into_iter().map(|place| taken(place).expect("every address was worked on")).collect()
    }

    fn workers(&self, addresses: &[&str]) -> usize {
        let is_far =
            |address: &&str| address.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http"));
        let far = matches!(self.storage, Storage::Remote(_)) || addresses.iter().any(is_far);
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let wanted = if far { AT_ONCE.max(cores) } else { cores };
        wanted.min(addresses.len())
    }

    /// The picture at an address.
    pub fn picture(&self, address: &str) -> Result<Picture, PictureError> {
        let bytes = match place(address)? {
            Place::Web(url) => self.far(address, &url)?,
            place => self.near(place)?,
        };
        self.shown(&bytes)
    }

    /// What the file of a picture shows.
    pub fn shown(&self, bytes: &[u8]) -> Result<Picture, PictureError> {
        decode(bytes, Most { pixels: self.params.most_pixels, side: self.params.longest_side })
    }

    /// The file of a picture that is not on the web, as it is; nothing is fetched. Where it is on the web, its address.
    pub fn original(&self, address: &str) -> Result<Original, PictureError> {
        match place(address)? {
            Place::Web(url) => Ok(Original::Web(url)),
            place => self.near(place).map(Original::File),
        }
    }

    fn near(&self, place: Place) -> Result<Vec<u8>, PictureError> {
        match (place, self.storage) {
            (Place::Here(bytes), _) => Ok(bytes),
            (Place::File(path), Storage::Disk(_)) => self.file(&path),
            (Place::File(_), Storage::Remote(_)) => Err(PictureError::FileElsewhere),
            (Place::Folder(path), _) => self.in_folder(&path),
            (Place::Web(_), _) => Err(PictureError::Address("it is on the web")),
        }
    }

    fn far(&self, address: &str, url: &Url) -> Result<Vec<u8>, PictureError> {
        // A drawing cannot be read, so it need not be fetched.
        if url.path().to_ascii_lowercase().ends_with(".svg") {
            return Err(PictureError::UnknownKind);
        }
        if let Some(bytes) = self.cache.as_ref().and_then(|cache| cache.get(address)) {
            return Ok(bytes);
        }
        let web = self.web.get_or_init(|| Web::new(self.params).map_err(|error| error.to_string()));
        let bytes = web.as_ref().map_err(|error| PictureError::Network(error.clone()))?.get(url)?;
        if let Some(cache) = &self.cache {
            // A full disk costs the next cook another request and nothing else.
            let _ = cache.put(address, &bytes);
        }
        Ok(bytes)
    }

    fn in_folder(&self, path: &str) -> Result<Vec<u8>, PictureError> {
        match self.storage {
            Storage::Disk(disk) => self.file(&inside(disk.root(), path)?),
            Storage::Remote(_) => self.object(path),
        }
    }

    fn object(&self, path: &str) -> Result<Vec<u8>, PictureError> {
        let unreadable = |error: StorageError| PictureError::Unreadable(io::Error::other(error.to_string()));
        let found = self.storage.find(path).map_err(unreadable)?;
        if found.ok_or_else(missing)?.bytes > self.params.most_bytes {
            return Err(PictureError::TooLong(self.params.most_bytes));
        }
        let bytes = self.storage.read_small(path, self.params.most_bytes).map_err(unreadable)?;
        bytes.ok_or(PictureError::TooLong(self.params.most_bytes))
    }

    /// Only regular files: a pipe would never end.
    fn file(&self, path: &Path) -> Result<Vec<u8>, PictureError> {
        let about = fs::metadata(path).map_err(PictureError::Unreadable)?;
        if !about.is_file() {
            return Err(missing());
        }
        if about.len() > self.params.most_bytes {
            return Err(PictureError::TooLong(self.params.most_bytes));
        }
        fs::read(path).map_err(PictureError::Unreadable)
    }
}

/// A path below the root, also where links are followed.
fn inside(root: &Path, path: &str) -> Result<PathBuf, PictureError> {
    let real = fs::canonicalize(root.join(path)).map_err(PictureError::Unreadable)?;
    let root = fs::canonicalize(root).map_err(PictureError::Unreadable)?;
    match real.starts_with(root) {
        true => Ok(real),
        false => Err(PictureError::Address("a link leads out of the data folder")),
    }
}

fn missing() -> PictureError {
    PictureError::Unreadable(io::ErrorKind::NotFound.into())
}

fn not_kept(folder: &Path, error: &io::Error) -> String {
    format!("pictures are not kept, the next cook fetches them again: {}: {error}", folder.display())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::Arc;

    use super::*;
    use crate::progress::Progress;

    fn png(colour: [u8; 3]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 1, 1);
        encoder.set_color(png::ColorType::Rgb);
        encoder.write_header().unwrap().write_image_data(&colour).unwrap();
        bytes
    }

    fn each(gallery: &Gallery<'_>, addresses: &[&str]) -> Vec<Result<[u8; 3], &'static str>> {
        let stage = Progress::Silent.stage("pictures", 0, "pictures");
        let made = gallery.each(addresses, |picture| picture.pixels[0], &stage);
        made.into_iter().map(|one| one.map_err(|error| error.kind())).collect()
    }

    #[test]
    fn pictures_come_from_the_folder_the_machine_and_the_address_itself() {
        let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let root = folder.path();
        fs::create_dir(root.join("images")).unwrap();
        fs::write(root.join("images/a b.png"), png([1, 2, 3])).unwrap();
        fs::write(root.join("notes.txt"), "text").unwrap();
        fs::write(root.join("large.png"), vec![0; 5_000]).unwrap();
        let far = outside.path().join("far.png");
        fs::write(&far, png([4, 5, 6])).unwrap();
        std::os::unix::fs::symlink(&far, root.join("link.png")).unwrap();
        let storage = Storage::disk(root).unwrap();
        let params = PictureParams { most_bytes: 1_000, ..PictureParams::default() };
        let gallery = Gallery::open(&storage, &params);
        let there = format!("file://{}", far.display());
        let here = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgZGIGAAAOAAfXb+R4AAAAAElFTkSuQmCC";
        let addresses = [
            "/images/a%20b.png",
            &there,
            "link.png",
            "missing.png",
            "images",
            "notes.txt",
            "large.png",
            "../x",
            here,
        ];
        let made = each(&gallery, &addresses);
        assert_eq!(made[..2], [Ok([1, 2, 3]), Ok([4, 5, 6])]);
        let errors: Vec<&str> = made[2..8].iter().map(|one| one.unwrap_err()).collect();
        let expected = [
            "PictureAddressNotAllowed",
            "PictureNotFound",
            "PictureNotFound",
            "PictureKindNotSupported",
            "PictureTooLarge",
            "PictureAddressNotAllowed",
        ];
        assert_eq!(errors, expected);
        assert_eq!(made[8], Ok([1, 2, 3]));
        assert!(each(&gallery, &[]).is_empty());
    }

    /// A server that answers every request with a picture and counts the requests.
    fn server(picture: Vec<u8>) -> (String, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                let _ = stream.read(&mut [0; 4096]);
                let head = format!(
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                    picture.len()
                );
                let _ = stream.write_all(&[head.as_bytes(), &picture].concat());
            }
        });
        (address, asked)
    }

    #[test]
    fn what_was_fetched_once_is_not_fetched_again() {
        let (address, asked) = server(png([7, 8, 9]));
        let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let storage = Storage::disk(folder.path()).unwrap();
        let params = PictureParams {
            private_networks: true,
            cache: Some(cache.path().to_owned()),
            ..PictureParams::default()
        };
        let addresses: Vec<String> = (0..30).map(|at| format!("{address}/{at}.png")).collect();
        let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
        for _ in 0..2 {
            let made = each(&Gallery::open(&storage, &params), &addresses);
            assert!(made.iter().all(|one| *one == Ok([7, 8, 9])), "{made:?}");
        }
        let drawing = format!("{address}/drawing.SVG?v=1");
        assert_eq!(each(&Gallery::open(&storage, &params), &[&drawing]), [Err("PictureKindNotSupported")]);
        assert_eq!(asked.load(Ordering::SeqCst), 30);
        let private = PictureParams { cache: None, private_networks: false, ..params };
        let gallery = Gallery::open(&storage, &private);
        assert_eq!(each(&gallery, &addresses[..1]), [Err("PictureAddressPrivate")]);
        assert!(gallery.notes().is_empty());
    }

    #[test]
    fn a_cache_that_cannot_be_costs_a_note() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), b"").unwrap();
        let storage = Storage::disk(folder.path()).unwrap();
        let params = PictureParams { cache: Some(folder.path().join("file/x")), ..PictureParams::default() };
        assert_eq!(Gallery::open(&storage, &params).notes().len(), 1);
    }
}
