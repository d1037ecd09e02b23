//! `[[printers]]` and `[[printer_models]]`: models that are not built in, and the picture at the head of tickets.
//!
//! ```toml
//! [[printer_models]]
//! name = "hall-58"         # 1 to 32 of a-z, 0-9 and '-'; none that is built in
//! like = "generic-58"      # what is left out below is as in this one; "generic-80" when left out
//! dots = 384               # across, a multiple of 8
//! columns = 32             # plain Latin letters of 12 dots in a line
//! encoding = "gb18030"     # characters it has a font for: gb18030, gbk, gb2312, none
//! confirm = "gs-r"         # how it says that a ticket is printed: gs-r, gs-h
//! cut = "full"             # partial, full
//! clear = "enq"            # how its buffers are emptied: enq, enq-dc4
//! chinese_size = "gs"      # how Chinese is enlarged: gs (as other letters), fs (by FS !)
//!
//! [[printers]]
//! name = "front"
//! model = "hall-58"
//! port = "usb:/dev/usb/lp0"
//! logo = "logo.png"        # beside this file: black and white, 1 bit a dot
//! ```

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use drivers::escpos::model::{Characters, ChineseSize, Clear, Confirm, Cut, Name};
use drivers::escpos::{Model, logo};
use font::Canvas;
use protocol::bridge::DeviceKind;
use serde::Deserialize;
use toml::Spanned;

use super::{Device, Fault, RawDevice};

/// Most models of a hall's own.
const MAX_MODELS: usize = 16;

/// A ticket printer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printer {
    /// Name, model and port.
    pub device: Device,
    /// What its model is.
    pub model: Model,
    /// What stands above every ticket.
    pub logo: Option<Canvas>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPrinter {
    name: Spanned<String>,
    model: Spanned<String>,
    port: Spanned<String>,
    logo: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawModel {
    name: Spanned<String>,
    like: Option<Spanned<String>>,
    dots: Option<Spanned<u16>>,
    columns: Option<Spanned<u8>>,
    encoding: Option<Characters>,
    confirm: Option<Confirm>,
    cut: Option<Cut>,
    clear: Option<Clear>,
    chinese_size: Option<ChineseSize>,
}

/// Checks both tables. `folder` is where the file of settings stands.
pub(super) fn checked(folder: &Path, raw: Vec<RawPrinter>, models: Vec<RawModel>) -> Result<Vec<Printer>, Fault> {
    let mut own: Vec<Model> = Vec::new();
    for raw in models {
        if own.len() == MAX_MODELS {
            return Err(Fault(raw.name.span(), format!("a bridge has at most {MAX_MODELS} models of its own")));
        }
        own.push(model(raw, &own)?);
    }
    let names: Vec<&str> = own.iter().map(|model| model.name.as_str()).collect();
    let mut logos = Vec::new();
    let mut plain = Vec::new();
    for printer in raw {
        logos.push(printer.logo);
        plain.push(RawDevice { name: printer.name, model: printer.model, port: printer.port });
    }
    let mut printers = Vec::new();
    for (device, file) in super::devices_of(DeviceKind::Printer, plain, &names)?.into_iter().zip(logos) {
        let found = own.iter().copied().find(|model| model.name.as_str() == device.model);
        // One of both knows it, else the device would not have been accepted.
        let model = found.or_else(|| Model::named(&device.model)).unwrap_or(Model::GENERIC_80);
        let logo = file.map(|file| logo_of(folder, &file, &model)).transpose()?;
        printers.push(Printer { device, model, logo });
    }
    Ok(printers)
}

fn model(raw: RawModel, own: &[Model]) -> Result<Model, Fault> {
    let name = raw.name.get_ref();
    if !super::is_name(name) {
        return Err(Fault(raw.name.span(), format!("name {name:?}: 1 to 32 of a-z, 0-9 and '-'")));
    }
    if Model::named(name).is_some() || own.iter().any(|other| other.name.as_str() == name) {
        return Err(Fault(raw.name.span(), format!("there is a model {name:?} already")));
    }
    let like = match &raw.like {
        None => Model::GENERIC_80,
        Some(like) => Model::named(like.get_ref()).ok_or_else(|| {
            let known = crate::models::known(DeviceKind::Printer).join(", ");
            Fault(like.span(), format!("{:?} is not built in; built in are {known}", like.get_ref()))
        })?,
    };
    let dots = raw.dots.as_ref().map_or(like.dots, |dots| *dots.get_ref());
    // As many as fit, where it is said how wide the paper is and nothing else.
    let fit = if raw.dots.is_some() { u8::try_from(dots / 12).unwrap_or(u8::MAX) } else { like.columns };
    let model = Model {
        name: Name::new(name),
        dots,
        columns: raw.columns.as_ref().map_or(fit, |columns| *columns.get_ref()),
        characters: raw.encoding.unwrap_or(like.characters),
        confirm: raw.confirm.unwrap_or(like.confirm),
        cut: raw.cut.unwrap_or(like.cut),
        clear: raw.clear.unwrap_or(like.clear),
        chinese_size: raw.chinese_size.unwrap_or(like.chinese_size),
    };
    let at = raw.columns.map(|columns| columns.span()).or_else(|| raw.dots.map(|dots| dots.span()));
    model.check().map_err(|reason| Fault(at.unwrap_or_else(|| raw.name.span()), reason))?;
    Ok(model)
}

fn logo_of(folder: &Path, file: &Spanned<String>, model: &Model) -> Result<Canvas, Fault> {
    let name = file.get_ref();
    let fault = |reason: String| Fault(file.span(), format!("logo {name:?}: {reason}"));
    if Path::new(name).file_name().is_none_or(|last| last != name.as_str()) {
        return Err(fault("the name of a file beside the settings, without a folder".to_owned()));
    }
    let mut bytes = Vec::new();
    File::open(folder.join(name))
        .and_then(|file| file.take(logo::MAX_BYTES as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| fault(error.to_string()))?;
    logo::read(&bytes, model.dots).map_err(|error| fault(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::parse;

    const GOOD: &str = r#"
[[printer_models]]
name = "hall-58"
like = "generic-58"
encoding = "gb18030"
confirm = "gs-h"
cut = "full"
chinese_size = "fs"

[[printer_models]]
name = "wide"
dots = 640

[[printers]]
name = "front"
model = "hall-58"
port = "virtual"

[[printers]]
name = "back"
model = "wide"
port = "virtual"
"#;

    #[test]
    fn models_of_a_halls_own() {
        let settings = parse("b.toml", GOOD).unwrap();
        let expected = Model {
            name: Name::new("hall-58"),
            characters: Characters::Gb18030,
            confirm: Confirm::ProcessId,
            cut: Cut::Full,
            chinese_size: ChineseSize::Fs,
            ..Model::GENERIC_58
        };
        assert_eq!(settings.printers[0].model, expected);
        let wide = settings.printers[1].model;
        assert_eq!((wide.dots, wide.columns, settings.printers[1].device.model.as_str()), (640, 53, "wide"));
    }

    #[test]
    fn what_is_wrong_with_a_model_is_told_with_its_line() {
        let changed = |from: &str, to: &str| parse("b.toml", &GOOD.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(changed("\"hall-58\"", "\"generic-58\"").starts_with("b.toml:3: there is a model"));
        assert!(changed("\"hall-58\"", "\"Hall\"").starts_with("b.toml:3: name"));
        assert!(changed("\"generic-58\"", "\"generic-57\"").starts_with("b.toml:4: \"generic-57\" is not built in"));
        assert!(changed("\"gb18030\"", "\"utf-8\"").starts_with("b.toml:5: unknown variant"));
        assert!(changed("\"gs-h\"", "\"none\"").starts_with("b.toml:6: unknown variant"));
        assert!(changed("\"full\"", "\"torn\"").starts_with("b.toml:7: "));
        assert!(changed("dots = 640", "dots = 641").starts_with("b.toml:12: 641 dots"));
        assert!(changed("dots = 640", "columns = 60").starts_with("b.toml:12: 60 columns"));
        assert!(changed("dots = 640", "width = 60").starts_with("b.toml:12: unknown field"));
        assert!(
            changed("model = \"wide\"", "model = \"wider\"").starts_with("b.toml:21: model \"wider\" is not known")
        );
    }

    #[test]
    fn a_logo_stands_beside_the_settings() {
        let folder = tempfile::tempdir().unwrap();
        let mut png = png::Encoder::new(File::create(folder.path().join("logo.png")).unwrap(), 8, 1);
        png.set_color(png::ColorType::Grayscale);
        png.set_depth(png::BitDepth::One);
        png.write_header().unwrap().write_image_data(&[0]).unwrap();
        std::fs::write(folder.path().join("logo.txt"), "logo").unwrap();
        let file = folder.path().join("b.toml").display().to_string();
        let with = |logo: &str| {
            let text = format!(
                "[[printers]]\nname = \"front\"\nmodel = \"generic-58\"\nport = \"virtual\"\nlogo = \"{logo}\"\n"
            );
            parse(&file, &text).map_err(|error| error.to_string())
        };
        let logo = with("logo.png").unwrap().printers[0].logo.clone().unwrap();
        assert!(logo.is_set(188, 0) && logo.is_set(195, 0) && !logo.is_set(187, 0));
        for wrong in ["none.png", "logo.txt", "../logo.png", "/etc/passwd", "."] {
            let error = with(wrong).unwrap_err();
            assert!(error.contains("b.toml:5: logo"), "{error}");
        }
    }
}
