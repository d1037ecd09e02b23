//! A ticket's template before it is in force: what a printer would print. Reads only.

use std::sync::LazyLock;

use axum::Json;
use axum::extract::State;
use hall::role::Act;
use hall::settings::ticket::{BadTicket, MAX_LINES};
use protocol::Problem;
use protocol::ticket::{PreviewTicket, TicketPaper, TicketPreview, TicketRefusal};
use ticket::{Set, Setter};

use crate::engine::read;
use crate::hall_file;
use crate::http::extract::Submit;
use crate::http::{ApiError, App};

static SETTER: LazyLock<Option<Setter>> = LazyLock::new(|| Setter::new().ok());

/// Most widths that a preview is made for.
const MAX_PAPERS: usize = 3;

/// What a template makes of the widest ticket of this hall, on each width of paper, and what gives way there. Nothing is
/// changed: settings come into force with a hall file.
#[utoipa::path(post, path = "/api/v1/ticket-preview", tag = "tickets", security(("bearer" = [])),
    request_body = PreviewTicket,
    responses((status = 200, body = TicketPreview), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn preview(State(app): State<App>, submit: Submit<PreviewTicket>) -> Result<Json<TicketPreview>, ApiError> {
    submit.caller.must(Act::Configure)?;
    let setter = SETTER.as_ref().ok_or_else(ApiError::internal)?;
    // A copy: what follows takes a while, and the engine does not wait for it.
    let settings = read(&app.hall.published).state.settings().cloned().ok_or_else(ApiError::unavailable)?;
    let in_force = || settings.ticket().cloned().unwrap_or_default();
    let mut template = submit.body.template.clone().unwrap_or_else(in_force);
    if template.lines.len() > MAX_LINES {
        return Err(ApiError::invalid(format!("a ticket has at most {MAX_LINES} lines")));
    }
    let refused = template.check(settings.number_columns()).err().as_ref().map(refusal);
    let link = format!("{}/t/{}", app.public_url, "0".repeat(32));
    let papers = template.columns.iter().take(MAX_PAPERS).map(|columns| {
        let Set { rows, .. } = setter.set(&template, &ticket::longest(&settings, false, &link), usize::from(*columns));
        let notes = ticket::notes(setter, &template, &settings, usize::from(*columns));
        TicketPaper { columns: *columns, rows, notes }
    });
    let papers = papers.collect();
    let toml = hall_file::export_ticket(&template).map_err(|_| ApiError::invalid("the template is no TOML"))?;
    template.lines = template.lines();
    Ok(Json(TicketPreview { template, refused, papers, toml }))
}

fn refusal(bad: &BadTicket) -> TicketRefusal {
    TicketRefusal {
        line: bad.line.and_then(|line| u16::try_from(line).ok()),
        key: bad.key.to_owned(),
        reason: bad.reason.name().to_owned(),
        detail: bad.reason.to_string(),
    }
}
