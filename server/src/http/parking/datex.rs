//! Free places as DATEX II 2.3: a `ParkingStatusPublication` of the extension for parking (namespace
//! `http://datex2.eu/schema/2/2_0`), for the traffic centre of a city.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hall::role::Act;
use protocol::Problem;
use protocol::parking::Lot;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::super::auth::Caller;
use super::super::{ApiError, App};
use crate::engine::read;

const NAMESPACE: &str = "http://datex2.eu/schema/2/2_0";

/// Every car park as DATEX II.
#[utoipa::path(get, path = "/api/v1/parking/datex2.xml", tag = "parking", security(("bearer" = [])),
    responses((status = 200, content_type = "application/xml", body = String), (status = "4XX", body = Problem)))]
pub async fn show(State(app): State<App>, caller: Caller) -> Result<Response, ApiError> {
    caller.must(Act::Lots)?;
    let now = app.clock.now();
    let (lots, creator) = {
        let published = read(&app.hall.published);
        let name = published.state.settings().map(|settings| settings.hall().name.zh().to_owned());
        (published.viewer().lots(now), name.unwrap_or_default())
    };
    let at = now.rfc3339(&hall::time::utc());
    let text = publication(&lots, &creator, &at).map_err(|error| {
        tracing::error!(%error, "DATEX II cannot be written");
        ApiError::internal()
    })?;
    Ok(([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], text).into_response())
}

type Xml = Writer<Vec<u8>>;

fn publication(lots: &[Lot], creator: &str, at: &str) -> std::io::Result<Vec<u8>> {
    let mut xml = Writer::new(Vec::new());
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("d2LogicalModel")
        .with_attributes([
            ("xmlns", NAMESPACE),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            ("modelBaseVersion", "2"),
        ])
        .write_inner_content(|xml| {
            supplier(xml, "exchange", "supplierIdentification", creator)?;
            xml.create_element("payloadPublication")
                .with_attributes([("xsi:type", "GenericPublication"), ("lang", "zh")])
                .write_inner_content(|xml| {
                    text(xml, "publicationTime", at)?;
                    origin(xml, "publicationCreator", creator)?;
                    text(xml, "genericPublicationName", "ParkingStatusPublication")?;
                    nested(xml, &["genericPublicationExtension", "parkingStatusPublication"], &|xml| {
                        lots.iter().try_for_each(|lot| status(xml, lot))
                    })
                })?;
            Ok(())
        })?;
    Ok(xml.into_inner())
}

fn status(xml: &mut Xml, lot: &Lot) -> std::io::Result<()> {
    xml.create_element("parkingRecordStatus").with_attribute(("xsi:type", "ParkingSiteStatus")).write_inner_content(
        |xml| {
            xml.create_element("parkingRecordReference")
                .with_attributes([("targetClass", "ParkingRecord"), ("id", lot.uid.as_str()), ("version", "1")])
                .write_empty()?;
            text(xml, "parkingStatusOriginTime", &lot.realtime_data_updated_at)?;
            let ordinary = lot.classes.iter().find(|class| class.class == "ordinary").map_or(0, |class| class.capacity);
            nested(xml, &["parkingOccupancy"], &|xml| {
                text(xml, "parkingNumberOfSpacesOverride", &ordinary.to_string())?;
                // A number that nobody is sure of is not given to others as one.
                if let Some(free) = lot.realtime_free_capacity {
                    let taken = ordinary.saturating_sub(free);
                    text(xml, "parkingNumberOfVacantSpaces", &free.to_string())?;
                    text(xml, "parkingNumberOfOccupiedSpaces", &taken.to_string())?;
                    let percent = f64::from(taken) * 100.0 / f64::from(ordinary.max(1));
                    text(xml, "parkingOccupancy", &format!("{percent:.1}"))?;
                }
                Ok(())
            })?;
            let site = match lot.says.says.as_str() {
                "full" => "full",
                "closed" => "closed",
                "unknown" => "unknown",
                _ => "spacesAvailable",
            };
            text(xml, "parkingSiteStatus", site)?;
            let opening = match lot.realtime_opening_status.as_str() {
                "CLOSED" => "closed",
                "OPEN" => "open",
                _ => "unknown",
            };
            text(xml, "parkingSiteOpeningStatus", opening)
        },
    )?;
    Ok(())
}

fn supplier(xml: &mut Xml, outer: &str, inner: &str, name: &str) -> std::io::Result<()> {
    xml.create_element(outer).write_inner_content(|xml| origin(xml, inner, name)).map(|_| ())
}

/// Who says so: an international identifier of DATEX II.
fn origin(xml: &mut Xml, element: &str, name: &str) -> std::io::Result<()> {
    xml.create_element(element)
        .write_inner_content(|xml| {
            text(xml, "country", "other")?;
            text(xml, "nationalIdentifier", name)
        })
        .map(|_| ())
}

fn nested(xml: &mut Xml, path: &[&str], inner: &dyn Fn(&mut Xml) -> std::io::Result<()>) -> std::io::Result<()> {
    match path.split_first() {
        None => inner(xml),
        Some((first, rest)) => {
            xml.create_element(*first).write_inner_content(|xml| nested(xml, rest, inner)).map(|_| ())
        }
    }
}

fn text(xml: &mut Xml, element: &str, value: &str) -> std::io::Result<()> {
    xml.create_element(element).write_text_content(BytesText::new(value)).map(|_| ())
}
