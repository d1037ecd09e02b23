//! One running display: the hall's stream, the boards, the page, the signs, the speakers, and their end.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use hub::Hub;
use link::alive::Watched;
use link::report::{Itself, Reporter};
use protocol::bridge::DeviceKind;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bridge::Bridge;
use crate::clerk::Clerk;
use crate::follow::Server;
use crate::settings::Settings;
use crate::{follow, http, lamps, pads, signs, speakers};

/// How long everything may take to end.
const GRACE: Duration = Duration::from_secs(2);

/// See the module.
#[derive(Debug)]
pub struct Running {
    /// Where the page is served.
    pub address: SocketAddr,
    stop: CancellationToken,
    page: JoinHandle<std::io::Result<()>>,
    tasks: TaskTracker,
    watched: Watched,
}

/// Starts a display. Its page can be opened when this returns, whether the server is there or not.
pub async fn start(settings: Settings, stop: CancellationToken) -> anyhow::Result<Running> {
    let server = Server::new(&settings.server, &settings.token, &settings.ca)?;
    let reporter = server.reporter(&settings.name);
    let faces = board::Faces::new()?;
    let hub = Hub::start(settings.speech, web::build(), stop.clone());
    // Also where no zone is named: the hall must be known before anybody opens a page.
    for zone in settings.zones.iter().map(String::as_str).chain([""]) {
        hub.keep(zone).await.map_err(|_| anyhow::anyhow!("the boards ended"))?;
    }
    let tasks = TaskTracker::new();
    tasks.spawn(follow::follow(server, hub.clone(), stop.clone()));
    if let Some(socket) = &settings.bridge {
        let bridge = Bridge::new(socket);
        signs::start(&settings.signs, &hub, faces, &bridge, &tasks, &stop).await;
        speakers::start(&settings.speakers, &hub, &bridge, &tasks, &stop).await?;
        lamps::start(&settings.lamps, &hub, &bridge, &tasks, &stop);
        if let Some(token) = &settings.pads_token {
            let clerk = Clerk::new(&settings.server, token, &settings.ca)?;
            pads::start(&settings.pads, &hub, &clerk, &bridge, &tasks, &stop);
        }
    }
    let listener =
        TcpListener::bind(settings.listen).await.with_context(|| format!("cannot listen on {}", settings.listen))?;
    let address = listener.local_addr()?;
    // A board is as well as this program: what is reported is that it lives.
    let boards = if settings.zones.is_empty() { vec![settings.name.clone()] } else { settings.zones.clone() };
    let itself = Itself::new(DeviceKind::Board, &boards, "paihao-display", &address.to_string());
    tasks.spawn(report(reporter, itself, stop.clone()));
    let first = settings.zones.first().cloned();
    let mut watched = Watched::default();
    let boards = hub.clone();
    watched.add("boards", move || {
        let boards = boards.clone();
        async move { boards.resume_after().await.is_ok() }
    });
    let page = http::Page::new(address, &settings.origins, hub, first, stop.clone(), tasks.clone())?;
    let serving = axum::serve(listener, http::router(page)).with_graceful_shutdown(stop.clone().cancelled_owned());
    Ok(Running { address, stop, page: tokio::spawn(serving.into_future()), tasks, watched })
}

async fn report(reporter: Reporter, itself: Itself, stop: CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = reporter.run(itself.devices()) => {}
    }
}

impl Running {
    /// Who must be at work for as long as the display is; for whoever watches over it.
    pub fn watched(&mut self) -> Watched {
        std::mem::take(&mut self.watched)
    }

    /// Waits until the program is told to stop, and ends in order: pages told to come again, signs cleared.
    pub async fn wait(mut self) -> anyhow::Result<()> {
        tokio::select! {
            () = self.stop.cancelled() => {}
            ended = &mut self.page => {
                self.stop.cancel();
                ended??;
                anyhow::bail!("the page's listener ended");
            }
        }
        self.tasks.close();
        let _ = tokio::time::timeout(GRACE, self.tasks.wait()).await;
        let _ = tokio::time::timeout(GRACE, self.page).await;
        Ok(())
    }
}
