//! A folder in an object store or on a web server.
//!
//! Plain calls over an asynchronous client: each waits for its own answer. Retries are the client's.
//! Hidden and deeply nested files are passed over as on disk, so that the same folder reads the same
//! wherever it lies. A web server cannot list: of it only files that are named are found.

use std::fmt::{self, Debug, Formatter};
use std::io::{self, Read};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, WriteMultipart};

use super::ahead::{self, Remembered};
use super::connect::connect;
use super::credentials::Credentials;
use super::failure::Secrets;
use super::location::{Kind, Place};
use super::reactor::Reactor;
use super::{DEEPEST, Entry, Ranged, StorageError, Top, is_hidden};

/// What a web server is asked for in the place of a list.
const MODEL: &str = "model.json";
/// A file that is larger is written in parts of this size: one request must not take long.
const PART: usize = 8 << 20;
const PARTS_AT_ONCE: usize = 4;

/// A folder in an object store or on a web server.
pub struct Remote {
    store: Arc<dyn ObjectStore>,
    reactor: Arc<Reactor>,
    secrets: Secrets,
    prefix: Path,
    shown: String,
    kind: Kind,
}

impl Remote {
    pub(super) fn open(place: &Place, credentials: &Credentials) -> Result<Self, StorageError> {
        let secrets = Secrets::of(credentials.values().chain(place.sas.as_deref()));
        Self::over(connect(place, credentials)?, place, secrets)
    }

    /// A folder of a store that is open already.
    fn over(store: Arc<dyn ObjectStore>, place: &Place, secrets: Secrets) -> Result<Self, StorageError> {
        let shown = place.shown.clone();
        let prefix = Path::parse(&place.prefix).map_err(|_| StorageError::Location {
            location: shown.clone(),
            message: "a part of the folder's path is empty, . or ..".to_owned(),
        })?;
        let reactor =
            Reactor::start().map_err(|source| StorageError::Unreadable { path: shown.clone(), source })?;
        Ok(Self { store, reactor: Arc::new(reactor), secrets, prefix, shown, kind: place.kind })
    }

    pub(super) fn shown(&self) -> String {
        self.shown.clone()
    }

    /// Why there is no list of files, if there is none.
    pub(super) fn cannot_list(&self) -> Option<StorageError> {
        (self.kind == Kind::Http).then(|| StorageError::CannotList { root: self.shown.clone() })
    }

    pub(super) fn top(&self) -> Result<Top, StorageError> {
        if let Some(error) = self.cannot_list() {
            let model = self.find(MODEL)?.ok_or(error)?;
            return Ok(Top { folders: Vec::new(), files: vec![model] });
        }
        let (store, prefix) = (self.store.clone(), self.prefix.clone());
        let listed = self.wait("", async move { store.list_with_delimiter(Some(&prefix)).await })?;
        let mut top = Top::default();
        top.folders.extend(listed.common_prefixes.iter().filter_map(|path| self.relative(path)));
        top.files.extend(listed.objects.into_iter().filter_map(|about| self.entry(&about)));
        top.folders.sort_unstable();
        top.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(top)
    }

    pub(super) fn below(&self, folder: &str) -> Result<Vec<Entry>, StorageError> {
        if let Some(error) = self.cannot_list() {
            return Err(error);
        }
        let Some(path) = self.path(folder) else { return Ok(Vec::new()) };
        let store = self.store.clone();
        let listed: Vec<ObjectMeta> =
            self.wait(folder, async move { store.list(Some(&path)).try_collect().await })?;
        let mut found: Vec<Entry> = listed.iter().filter_map(|about| self.entry(about)).collect();
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    pub(super) fn find(&self, path: &str) -> Result<Option<Entry>, StorageError> {
        let Some(place) = self.path(path) else { return Ok(None) };
        let found = self.about(place);
        match found {
            Ok(about) => Ok(Some(Entry { path: path.to_owned(), bytes: about.size })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(StorageError::Unreadable { path: self.join(path), source }),
        }
    }

    pub(super) fn read(&self, path: &str) -> Result<Box<dyn Read + Send>, StorageError> {
        let (fetching, ahead) = ahead::channel();
        if self.kind == Kind::Http {
            let place = self.place(path)?;
            self.reactor.start_work(fetching.at_once(self.store.clone(), place, self.secrets.clone()));
        } else {
            let file = self.remember(path)?;
            self.reactor.start_work(fetching.by_ranges(file));
        }
        // The reader must not outlive the thread that feeds it.
        Ok(Box::new(Fed { ahead, _reactor: self.reactor.clone() }))
    }

    pub(super) fn ranged(&self, path: &str) -> Result<Box<dyn Ranged>, StorageError> {
        Ok(Box::new(RemoteFile { file: self.remember(path)?, reactor: self.reactor.clone() }))
    }

    pub(super) fn write(&self, path: &str, bytes: &[u8]) -> Result<(), StorageError> {
        let unwritable = |source| StorageError::Unwritable { path: self.join(path), source };
        if self.kind == Kind::Http {
            let only = io::Error::new(io::ErrorKind::Unsupported, "web addresses are only read");
            return Err(unwritable(only));
        }
        let place = self.place(path)?;
        let (store, secrets, bytes) =
            (self.store.clone(), self.secrets.clone(), Bytes::copy_from_slice(bytes));
        let work = async move {
            let written = match bytes.len() > PART {
                true => in_parts(&*store, &place, bytes).await,
                false => store.put(&place, bytes.into()).await.map(drop),
            };
            written.map_err(|error| secrets.explain(&error))
        };
        self.reactor.wait(work).map_err(unwritable)
    }

    pub(super) fn delete(&self, path: &str) -> Result<(), StorageError> {
        let unwritable = |source| StorageError::Unwritable { path: self.join(path), source };
        let place = self.place(path)?;
        let (store, secrets) = (self.store.clone(), self.secrets.clone());
        let work = async move {
            match store.delete(&place).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(secrets.explain(&error)),
            }
        };
        self.reactor.wait(work).map_err(unwritable)
    }

    fn remember(&self, path: &str) -> Result<Remembered, StorageError> {
        let about = self.about(self.place(path)?);
        let about = about.map_err(|source| StorageError::Unreadable { path: self.join(path), source })?;
        Ok(Remembered::new(self.store.clone(), self.secrets.clone(), about))
    }

    fn about(&self, place: Path) -> io::Result<ObjectMeta> {
        let (store, secrets) = (self.store.clone(), self.secrets.clone());
        self.reactor.wait(async move { store.head(&place).await.map_err(|error| secrets.explain(&error)) })
    }

    fn wait<T: Send + 'static>(
        &self,
        path: &str,
        work: impl Future<Output = object_store::Result<T>> + Send + 'static,
    ) -> Result<T, StorageError> {
        let secrets = self.secrets.clone();
        let explained = async move { work.await.map_err(|error| secrets.explain(&error)) };
        let path = || if path.is_empty() { self.shown() } else { self.join(path) };
        self.reactor.wait(explained).map_err(|source| StorageError::Unreadable { path: path(), source })
    }

    /// The object of a path; `None` when no object can be called so.
    fn path(&self, path: &str) -> Option<Path> {
        match self.prefix.as_ref() {
            "" => Path::parse(path).ok(),
            prefix => Path::parse(format!("{prefix}/{path}")).ok(),
        }
    }

    fn place(&self, path: &str) -> Result<Path, StorageError> {
        self.path(path).ok_or_else(|| StorageError::Location {
            location: self.join(path),
            message: "no file can have this name; rename it".to_owned(),
        })
    }

    /// A listed file, unless a folder on disk would not show it either.
    fn entry(&self, about: &ObjectMeta) -> Option<Entry> {
        let path = self.relative(&about.location)?;
        let shown = !path.split('/').any(is_hidden) && path.split('/').count() <= DEEPEST + 1;
        shown.then_some(Entry { path, bytes: about.size })
    }

    /// A path under the root; `None` for the root itself and for hidden names.
    fn relative(&self, path: &Path) -> Option<String> {
        let rest = path.as_ref().strip_prefix(self.prefix.as_ref())?.trim_start_matches('/');
        (!rest.is_empty() && !is_hidden(rest)).then(|| rest.to_owned())
    }

    fn join(&self, path: &str) -> String {
        format!("{}/{path}", self.shown)
    }
}

impl Debug for Remote {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Remote").field(&self.shown).finish()
    }
}

struct Fed {
    ahead: ahead::Ahead,
    _reactor: Arc<Reactor>,
}

impl Read for Fed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.ahead.read(buffer)
    }
}

struct RemoteFile {
    file: Remembered,
    reactor: Arc<Reactor>,
}

impl Ranged for RemoteFile {
    fn bytes(&self) -> u64 {
        self.file.bytes
    }

    fn range(&self, start: u64, length: usize) -> io::Result<Bytes> {
        let end = start.checked_add(length as u64).filter(|end| *end <= self.file.bytes);
        let end = end.ok_or(io::ErrorKind::UnexpectedEof)?;
        self.reactor.wait(self.file.clone().range(start..end))
    }
}

/// A large file: no request takes long, and until the last one nothing is there.
async fn in_parts(store: &dyn ObjectStore, place: &Path, mut bytes: Bytes) -> object_store::Result<()> {
    let mut parts = WriteMultipart::new_with_chunk_size(store.put_multipart(place).await?, PART);
    while !bytes.is_empty() {
        if let Err(error) = parts.wait_for_capacity(PARTS_AT_ONCE).await {
            // What cannot be taken back is deleted by the rules of the bucket; the first error says more.
            let _ = parts.abort().await;
            return Err(error);
        }
        parts.put(bytes.split_to(PART.min(bytes.len())));
    }
    parts.finish().await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::memory::InMemory;

    fn remote(prefix: &str, store: &Arc<InMemory>, kind: Kind) -> Remote {
        let place = Place {
            kind,
            container: "c".to_owned(),
            account: None,
            sas: None,
            prefix: prefix.to_owned(),
            shown: format!("s3://c/{prefix}"),
        };
        Remote::over(store.clone(), &place, Secrets::default()).unwrap()
    }

    #[test]
    fn files_are_listed_read_and_written_as_on_disk() {
        let store = Arc::new(InMemory::new());
        remote("", &store, Kind::S3).write("rootless/x.csv", b"not below the root").unwrap();
        let root = remote("root", &store, Kind::S3);
        let files =
            ["a/deep/1.csv", "a/2.csv", "b.csv", "_hidden", "a/_temporary/3.csv", ".x/1.csv", "ab/1.csv"];
        files.iter().for_each(|path| root.write(path, path.as_bytes()).unwrap());
        let entry = |path: &str| Entry { path: path.to_owned(), bytes: path.len() as u64 };
        let folders = vec!["a".to_owned(), "ab".to_owned()];
        assert_eq!(root.top().unwrap(), Top { folders, files: vec![entry("b.csv")] });
        assert_eq!(root.below("a").unwrap(), [entry("a/2.csv"), entry("a/deep/1.csv")]);
        assert_eq!(
            (root.find("c").unwrap(), root.find("a").unwrap(), root.find("a//x").unwrap()),
            (None, None, None)
        );
        root.delete("a/2.csv").unwrap();
        root.delete("a/2.csv").unwrap();
        assert_eq!(root.below("a").unwrap(), [entry("a/deep/1.csv")]);
        let ranged = root.ranged("a/deep/1.csv").unwrap();
        assert_eq!((ranged.bytes(), ranged.range(2, 4).unwrap()), (12, "deep".into()));
        assert!(ranged.range(10, 3).is_err() && ranged.range(u64::MAX, usize::MAX).is_err());
        assert!(
            root.read("missing.csv").map(drop).unwrap_err().to_string().contains("s3://c/root/missing.csv")
        );
    }

    #[test]
    fn a_file_of_many_pieces_comes_whole_and_in_order() {
        let store = Arc::new(InMemory::new());
        let root = remote("r", &store, Kind::S3);
        let bytes: Vec<u8> = (0..9_500_000_u32).flat_map(u32::to_le_bytes).collect();
        root.write("big", &bytes).unwrap();
        root.write("empty", b"").unwrap();
        let read = |path: &str| {
            let mut all = Vec::new();
            root.read(path).unwrap().read_to_end(&mut all).unwrap();
            all
        };
        assert!(read("big") == bytes && read("empty").is_empty());
        assert_eq!(root.ranged("big").unwrap().range(5, 20_000_000).unwrap(), bytes[5..20_000_005]);
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_is_an_error() {
        let store = Arc::new(InMemory::new());
        let root = remote("r", &store, Kind::S3);
        root.write("f", &vec![1; 40 << 20]).unwrap();
        let mut reader = root.read("f").unwrap();
        reader.read_exact(&mut [0; 10]).unwrap();
        root.write("f", &vec![2; 40 << 20]).unwrap();
        let error = reader.read_to_end(&mut Vec::new()).unwrap_err().to_string();
        assert!(error.contains("changed"), "{error}");
    }

    #[test]
    fn web_servers_neither_list_nor_take() {
        let store = Arc::new(InMemory::new());
        let web = remote("", &store, Kind::Http);
        assert!(matches!(web.top(), Err(StorageError::CannotList { .. })));
        assert!(web.write("x", b"").is_err() && web.below("x").is_err());
        remote("", &store, Kind::S3).write("model.json", b"{}").unwrap();
        assert_eq!(web.top().unwrap().files.len(), 1);
        let mut text = String::new();
        web.read("model.json").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "{}");
    }
}
