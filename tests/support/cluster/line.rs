//! A line from a client to each server, which can be held and cut as a network is: what is under way stays under way,
//! and nobody is told.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::watch;

/// Bytes that are passed on at a time.
const CHUNK: usize = 4 << 10;

/// What goes through all links of a line.
struct Flow {
    /// Bytes that clients have sent.
    num_passed: AtomicU64,
    /// Nothing passes, in either direction, once clients have sent so many.
    limit: watch::Sender<u64>,
}

/// One link for each server, with a port of its own.
pub struct Line {
    flow: Arc<Flow>,
    links: Vec<(u16, Arc<AtomicUsize>)>,
}

impl Line {
    /// An open line to servers at these ports.
    pub fn to(runtime: &Handle, servers: &[u16]) -> Self {
        let flow = Arc::new(Flow { num_passed: AtomicU64::new(0), limit: watch::channel(u64::MAX).0 });
        let links = servers.iter().map(|server| {
            let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0))).expect("a port");
            let port = listener.local_addr().expect("an address").port();
            let num_connections = Arc::new(AtomicUsize::new(0));
            let server = SocketAddr::from(([127, 0, 0, 1], *server));
            runtime.spawn(accept(listener, server, Arc::clone(&flow), Arc::clone(&num_connections)));
            (port, num_connections)
        });
        Self { links: links.collect(), flow }
    }

    /// The addresses of all links, as `NATS_URL` takes them.
    pub fn url(&self) -> String {
        let addresses = self.links.iter().map(|(port, _)| format!("nats://127.0.0.1:{port}"));
        addresses.collect::<Vec<_>>().join(",")
    }

    /// The port of the link to a server.
    pub fn port(&self, server: usize) -> u16 {
        self.links[server].0
    }

    /// Whether there is a connection to a server.
    pub fn is_connected_to(&self, server: usize) -> bool {
        self.links[server].1.load(Ordering::SeqCst) > 0
    }

    /// Lets nothing pass any more.
    pub fn cut(&self) {
        self.flow.limit.send_replace(0);
    }

    /// Lets so many bytes pass that a client sends, give or take a chunk, and then nothing.
    pub fn allow(&self, num_bytes: u64) {
        self.flow.limit.send_replace(self.num_passed() + num_bytes);
    }

    /// Bytes that a client has sent.
    pub fn num_passed(&self) -> u64 {
        self.flow.num_passed.load(Ordering::SeqCst)
    }

    /// Whether nothing passes.
    pub fn is_cut(&self) -> bool {
        self.num_passed() >= *self.flow.limit.borrow()
    }

    /// Lets everything pass, also what was held.
    pub fn open(&self) {
        self.flow.limit.send_replace(u64::MAX);
    }
}

async fn accept(
    listener: TcpListener,
    server: SocketAddr,
    flow: Arc<Flow>,
    num_connections: Arc<AtomicUsize>,
) {
    loop {
        flow.passable().await;
        let Ok((client, _)) = listener.accept().await else { continue };
        let (flow, num_connections) = (Arc::clone(&flow), Arc::clone(&num_connections));
        tokio::spawn(async move {
            flow.passable().await;
            // A server that is down refuses, and so does the link.
            let Ok(server) = TcpStream::connect(server).await else { return };
            num_connections.fetch_add(1, Ordering::SeqCst);
            client.set_nodelay(true).ok();
            server.set_nodelay(true).ok();
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            tokio::join!(
                flow.pass_on(from_client, to_server, true),
                flow.pass_on(from_server, to_client, false)
            );
            num_connections.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

impl Flow {
    /// Waits until something may pass.
    async fn passable(&self) {
        let mut limit = self.limit.subscribe();
        // The sender lives as long as this.
        limit.wait_for(|limit| self.num_passed.load(Ordering::SeqCst) < *limit).await.ok();
    }

    /// Passes on what comes, and at last that nothing more comes.
    async fn pass_on(
        &self,
        mut from: tokio::net::tcp::OwnedReadHalf,
        mut to: tokio::net::tcp::OwnedWriteHalf,
        is_from_client: bool,
    ) {
        let mut bytes = vec![0; CHUNK];
        loop {
            let num_bytes = from.read(&mut bytes).await.unwrap_or(0);
            self.passable().await;
            if num_bytes == 0 || to.write_all(&bytes[..num_bytes]).await.is_err() {
                break;
            }
            if is_from_client {
                self.num_passed.fetch_add(num_bytes as u64, Ordering::SeqCst);
            }
        }
        to.shutdown().await.ok();
    }
}
