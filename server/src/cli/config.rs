//! `--config FILE.toml`: a setting of the file counts unless a flag or the environment says otherwise.

use std::ffi::OsString;

use anyhow::{Context as _, bail};

/// The arguments with those of the configuration file put in.
pub fn with_config(args: Vec<OsString>) -> anyhow::Result<Vec<OsString>> {
    let Some(path) = named(&args).or_else(|| std::env::var_os("PAIHAO_CONFIG")) else { return Ok(args) };
    let shown = path.to_string_lossy().into_owned();
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {shown}"))?;
    let table: toml::Table = text.parse().with_context(|| format!("{shown} is not TOML"))?;
    let Some(command) = args.iter().skip(1).position(|arg| table.contains_key(&*arg.to_string_lossy())) else {
        return Ok(args);
    };
    let at = command + 1;
    let name = args[at].to_string_lossy().into_owned();
    let Some(toml::Value::Table(settings)) = table.get(&name) else { bail!("{shown}: {name} is not a table") };
    // At the end, behind the commands of a command; what follows `--` is no flag.
    let end = args.iter().position(|arg| arg == "--").unwrap_or(args.len());
    let mut all = args[..end].to_vec();
    for (key, value) in settings {
        let flag = format!("--{}", key.replace('_', "-"));
        let given = args.iter().any(|arg| {
            let arg = arg.to_string_lossy();
            arg == flag || arg.starts_with(&format!("{flag}="))
        });
        let variable = format!("PAIHAO_{}", key.replace('-', "_").to_uppercase());
        if given || std::env::var_os(variable).is_some() {
            continue;
        }
        match value {
            toml::Value::Boolean(true) => all.push(flag.into()),
            toml::Value::Boolean(false) => {}
            toml::Value::String(text) => all.push(format!("{flag}={text}").into()),
            toml::Value::Integer(_) | toml::Value::Float(_) => all.push(format!("{flag}={value}").into()),
            _ => bail!("{shown}: {name}.{key} is neither text, number nor true or false"),
        }
    }
    all.extend_from_slice(&args[end..]);
    Ok(all)
}

fn named(args: &[OsString]) -> Option<OsString> {
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--config" {
            return args.next().cloned();
        }
        if let Some(path) = arg.to_str().and_then(|arg| arg.strip_prefix("--config=")) {
            return Some(path.into());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_fills_in_what_flags_leave_open() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("c.toml");
        std::fs::write(
            &path,
            "[serve]\nlisten = \"127.0.0.1:1\"\ndata = \"/d\"\nplain_http = true\n[demo]\nspeed = 2\n",
        )
        .unwrap();
        let config = format!("--config={}", path.display());
        let args = |list: &[&str]| list.iter().map(OsString::from).collect::<Vec<_>>();
        let all = with_config(args(&["paihao", &config, "serve", "--data", "/e"])).unwrap();
        assert_eq!(all, args(&["paihao", &config, "serve", "--data", "/e", "--listen=127.0.0.1:1", "--plain-http"]));
        std::fs::write(&path, "[hall]\ndata = \"/d\"\n").unwrap();
        let all = with_config(args(&["paihao", &config, "hall", "import", "--", "-f"])).unwrap();
        assert_eq!(all, args(&["paihao", &config, "hall", "import", "--data=/d", "--", "-f"]));
        std::fs::write(&path, "[serve]\nlisten = [1]\n").unwrap();
        assert!(with_config(args(&["paihao", &config, "serve"])).is_err());
        assert!(with_config(args(&["paihao", "--config", "/nowhere", "serve"])).is_err());
    }
}
