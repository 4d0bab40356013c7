//! `cargo xtask run`: from a fresh clone to a served demo company, in one command.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    os::unix::process::{CommandExt, parent_id},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    console, place,
    shell::{self, cargo},
};

const PORT: u16 = 8400;
const START_SECONDS_MAX: u64 = 60;

/// Builds the server, fills an embedded database in `.huisheng/` with the demo company unless there is
/// one, and becomes the server.
///
/// # Errors
/// When an argument is unknown, the server does not build, or the demo cannot be made.
pub fn run(args: &[String]) -> Result<()> {
    let (release, port) = read(args)?;
    console::build()?;
    let mut build = cargo(["build", "--locked", "--package", "server"]);
    if release {
        build.arg("--release");
    }
    println!("building the server · 正在编译");
    let start = Instant::now();
    shell::run(&mut build)?;
    println!("built in {:.0} s", start.elapsed().as_secs_f64());

    let data = place::root().join(".huisheng");
    fs::create_dir_all(&data)?;
    let database = data.join("huisheng.db");
    let huisheng = place::huisheng(if release { "release" } else { "debug" });
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let command = |word: &str| {
        let mut command = Command::new(&huisheng);
        command.current_dir(&data).arg(word);
        command.env("HUISHENG_DATABASE", format!("sqlite:{}", database.display()));
        command.env("HUISHENG_FOLDER", data.join("files"));
        command.env("HUISHENG_LISTEN", address.to_string());
        command.env("HUISHENG_PUBLIC_URL", format!("http://{address}"));
        command
    };

    // What the demo says about getting in is kept, and is the sign that it is whole.
    let welcome = data.join("welcome.txt");
    if !welcome.exists() {
        println!("filling the demo company · 正在生成演示企业");
        for half in ["huisheng.db", "huisheng.db-wal", "huisheng.db-shm"] {
            drop(fs::remove_file(data.join(half)));
        }
        let said = shell::output(&mut command("demo"))?;
        // The next run may be on another port.
        fs::write(&welcome, said.replace(&format!("http://{address}"), "{url}"))?;
    }

    // This process becomes the server, so that Ctrl-C and signals reach it and nothing else stands in
    // between; a second one waits for its first answer and prints where it is.
    let ourselves = std::env::current_exe()?;
    Command::new(ourselves).args(["announce", &address.to_string()]).arg(&welcome).spawn()?;
    let error = command("serve").exec();
    Err(error).with_context(|| format!("cannot start {}", huisheng.display()))
}

fn read(args: &[String]) -> Result<(bool, u16)> {
    let (mut release, mut port) = (false, PORT);
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--release" => release = true,
            "--port" => {
                let number = args.next().context("--port needs a number")?;
                port = number.parse().with_context(|| format!("{number} is no port"))?;
            }
            other => {
                bail!("unknown argument `{other}`; usage: cargo xtask run [--release] [--port N]")
            }
        }
    }
    Ok((release, port))
}

/// Waits until the server answers and prints how to get in. Ends by itself when the server has gone.
///
/// # Errors
/// When the server does not answer in time.
pub fn announce(args: &[String]) -> Result<()> {
    let [address, welcome] = args else { bail!("announce needs an address and a file") };
    let address: SocketAddr = address.parse()?;
    let server = parent_id();
    let end = Instant::now() + Duration::from_secs(START_SECONDS_MAX);
    while !answers(address) {
        if parent_id() != server {
            return Ok(());
        }
        if Instant::now() > end {
            bail!("the server does not answer at {address} after {START_SECONDS_MAX} s");
        }
        thread::sleep(Duration::from_millis(100));
    }
    let welcome = fs::read_to_string(welcome)?.replace("{url}", &format!("http://{address}"));
    println!(
        "\n  回声 Huisheng  http://{address}\n\n{welcome}\n  按 Ctrl-C 停止 · Ctrl-C stops it\n"
    );
    Ok(())
}

fn answers(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let wait = Duration::from_secs(2);
        let mut stream = TcpStream::connect_timeout(&address, wait)?;
        stream.set_read_timeout(Some(wait))?;
        let request =
            format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(&status == b"HTTP/1.1 200")
    };
    ask().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(args: &[&str], expected: Option<(bool, u16)>) {
        let args: Vec<String> = args.iter().map(ToString::to_string).collect();
        assert_eq!(read(&args).ok(), expected, "{args:?}");
    }

    #[test]
    fn arguments_are_read_strictly() {
        check(&[], Some((false, PORT)));
        check(&["--release", "--port", "9000"], Some((true, 9000)));
        check(&["--port"], None);
        check(&["--port", "90000"], None);
        check(&["--prot", "9000"], None);
    }
}
