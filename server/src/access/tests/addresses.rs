//! Addresses by which somebody would like to be let in where he has no business.

use std::fs;
use std::net::IpAddr;

use super::*;

/// An address without a scheme is one of https.
fn https(address: &str) -> String {
    if address.starts_with("//") { format!("https:{address}") } else { address.to_owned() }
}

/// To this machine, its network, its cloud, or past what was checked.
const INWARD: [&str; 92] = [
    "//localhost/",
    "//LOCALHOST/x",
    "//localhost./x",
    "//a.localhost/x",
    "//localhost:8443/x",
    "//127.0.0.1/",
    "//127.0.0.1:443/",
    "//127.1/",
    "//127.0.1/",
    "//127.255.255.254/",
    "//2130706433/",
    "//017700000001/",
    "//0x7f000001/",
    "//0x7f.0.0.1/",
    "//0177.0.0.1/",
    "//0/",
    "//0.0.0.0/",
    "//０x7f.1/",
    "//①②⑦.⓪.⓪.①/",
    "//127。0。0。1/",
    "//[::1]/",
    "//[::]/",
    "//[0:0:0:0:0:0:0:1]/",
    "//[::ffff:127.0.0.1]/",
    "//[::ffff:7f00:1]/",
    "//[::ffff:169.254.169.254]/",
    "//[::127.0.0.1]/",
    "//[64:ff9b::7f00:1]/",
    "//[64:ff9b:1::a00:1]/",
    "//[2002:7f00:1::]/",
    "//[2001:0:1::7f00:1]/",
    "//[fe80::1]/",
    "//[fe80::1%25eth0]/",
    "//[fec0::1]/",
    "//[fc00::1]/",
    "//[fd00:ec2::254]/latest",
    "//[ff02::1]/",
    "//[100::1]/",
    "//[2001:db8::1]/",
    "//[4000::1]/",
    "//10.0.0.1/",
    "//10.255.255.255/",
    "//172.16.0.1/",
    "//172.31.255.255/",
    "//192.168.1.1/",
    "//192.168.0.0/",
    "//100.64.0.1/",
    "//100.100.100.200/latest/meta-data",
    "//169.254.169.254/latest/meta-data",
    "//169.254.170.2/v2/credentials",
    "//2852039166/",
    "//0xa9fea9fe/",
    "//168.63.129.16/machine",
    "//192.0.0.192/",
    "//192.0.2.1/",
    "//198.18.0.1/",
    "//198.51.100.1/",
    "//203.0.113.1/",
    "//224.0.0.1/",
    "//240.0.0.1/",
    "//255.255.255.255/",
    "//metadata.google.internal/computeMetadata/v1",
    "//metadata/computeMetadata",
    "//router.local/",
    "//printer.lan/",
    "//wiki.corp/",
    "//vault.internal./",
    "//box.home.arpa/",
    "//database/",
    "//kubernetes.default.svc.internal/",
    "//public.example@127.0.0.1/",
    "//127.0.0.1@public.example/",
    "//public.example:443@localhost/",
    "//public.example\\@127.0.0.1/",
    "//public.example%00.internal/",
    "//127.0.0.1%2f.public.example/",
    "//public.example#@127.0.0.1/",
    "//public.example?@127.0.0.1/",
    "///127.0.0.1/",
    "//",
    "http://public.example/data",
    "http://127.0.0.1/",
    "HTTPS://public.example/",
    "ftp://127.0.0.1/",
    "gopher://127.0.0.1:6379/_INFO",
    "dict://127.0.0.1:11211/",
    "ldap://127.0.0.1/",
    "jar://127.0.0.1/x!/",
    "s3://bucket@127.0.0.1/x",
    "s3://127.0.0.1:9000/x",
    "abfss://c@127.0.0.1/x",
    "abfss://c@account.dfs.core.windows.net.evil.example/x",
];

/// Out of the folder that was opened; `ROOT` stands for it.
const UPWARD: [&str; 66] = [
    "",
    ".",
    "..",
    "/",
    "/etc",
    "/etc/passwd",
    "data",
    "./data",
    "../data",
    "~/data",
    "ROOT/..",
    "ROOT/../etc",
    "ROOT/./shop",
    "ROOT/shop/../../etc",
    "ROOT/shop/..",
    "ROOT//../etc",
    "ROOT/shop/.. /x",
    "ROOT/..\\etc",
    "ROOT\\..\\etc",
    "ROOT/%2e%2e/etc",
    "ROOT/%2E%2E/etc",
    "ROOT/.%2e/etc",
    "ROOT/%2e./etc",
    "ROOT/%252e%252e/etc",
    "ROOT/%25252e%25252e/etc",
    "ROOT/%2e%2e%2fetc",
    "ROOT/..%2fetc",
    "ROOT/..%5cetc",
    "ROOT/%c0%ae%c0%ae/etc",
    "ROOT/%e0%80%ae/etc",
    "ROOT/\u{ff0e}\u{ff0e}/etc",
    "ROOT/..\u{2215}etc",
    "ROOT/..\u{ff0f}etc",
    "ROOT/shop\0/x",
    "ROOT/shop%00",
    "ROOT/shop\n",
    "ROOT/shop\r/x",
    " ROOT/shop",
    "ROOT/shop ",
    "ROOT-other/shop",
    "ROOTshop",
    "ROOT/link",
    "ROOT/link/passwd",
    "ROOT/inner",
    "ROOT/shop/inner",
    "ROOT/loop/x",
    "ROOT/file",
    "ROOT/file/x",
    "ROOT/none",
    "file:///etc",
    "file://ROOT/../etc",
    "file://ROOT/%2e%2e/etc",
    "file://ROOT/link",
    "file://localhost/etc",
    "file://127.0.0.1/etc",
    "file://host/share",
    "FILE://ROOT/shop",
    "s3://bucket/../other",
    "s3://bucket/%2e%2e/other",
    "s3://bucket/a/./b",
    "s3://../other",
    "s3://bu..cket/x",
    "gs://bucket/..\\other",
    "az://container/../other",
    "az://../x",
    "https://data.shop.example/a/../../b",
];

#[test]
fn nobody_is_sent_inwards() {
    let rules = AddressRules::default();
    assert!(INWARD.len() >= 80);
    for address in INWARD.map(https) {
        assert!(rules.check(&address).is_err(), "{address} leads to {:?}", rules.check(&address));
    }
}

#[test]
fn a_name_is_judged_by_every_address_that_it_has() {
    let rules = AddressRules::default();
    let found = |addresses: &[&str]| {
        let addresses: Vec<IpAddr> = addresses.iter().map(|text| text.parse().unwrap()).collect();
        rules.check_found("data.shop.example", &addresses)
    };
    assert_eq!(found(&["93.184.215.14", "2606:2800:21f:cb07::1"]), Ok(()));
    // What a name was found to be the first time says nothing of the second.
    for addresses in
        [&["127.0.0.1"][..], &["93.184.215.14", "10.0.0.1"], &["::ffff:10.0.0.1"], &["fd00::1"], &[]]
    {
        assert_eq!(found(addresses), Err(AddressError::Host), "{addresses:?}");
    }
    // Those just beside the ranges are public.
    for public in [
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "128.0.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "168.63.129.15",
        "192.167.255.255",
        "192.169.0.0",
        "223.255.255.255",
        "2a00::1",
        "2003::1",
    ] {
        assert_eq!(found(&[public]), Ok(()), "{public}");
    }
}

#[test]
#[cfg(unix)]
fn nobody_leaves_the_folder_that_was_opened() {
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path().canonicalize().unwrap();
    let root = base.join("root");
    for name in ["root/shop/sub", "root-other/shop", "outside"] {
        fs::create_dir_all(base.join(name)).unwrap();
    }
    fs::write(root.join("file"), "x").unwrap();
    for (link, to) in [("link", "/etc"), ("inner", "shop"), ("shop/inner", "sub"), ("loop", "loop")] {
        std::os::unix::fs::symlink(to, root.join(link)).unwrap();
    }
    let rules = AddressRules { roots: vec![root.clone()], ..AddressRules::default() };
    let named = |text: &str| text.replace("ROOT", root.to_str().unwrap());
    for good in ["ROOT", "ROOT/shop", "ROOT/shop/sub", "file://ROOT/shop"] {
        assert!(
            matches!(rules.check(&named(good)), Ok(Reach::Folder(_))),
            "{good}: {:?}",
            rules.check(&named(good))
        );
    }
    assert!(UPWARD.len() >= 60);
    for address in UPWARD {
        assert!(
            rules.check(&named(address)).is_err(),
            "{address:?} leads to {:?}",
            rules.check(&named(address))
        );
    }
    // Without roots, no folder of this machine is open.
    assert_eq!(AddressRules::default().check(root.to_str().unwrap()), Err(AddressError::Folder));
}

#[test]
fn what_is_public_or_named_by_the_operator_is_open() {
    let rules = AddressRules::default();
    for store in [
        "s3://bucket/folder",
        "s3://my.bucket-1",
        "gs://bucket/a b/c",
        "az://container/x",
        "abfss://container@account1.dfs.core.windows.net/folder",
    ] {
        assert_eq!(rules.check(store), Ok(Reach::Store), "{store}");
    }
    let host = |host: &str, port| Ok(Reach::Host { host: host.to_owned(), port });
    assert_eq!(rules.check("https://data.shop.example/v1.2/a..b/"), host("data.shop.example", 443));
    assert_eq!(rules.check(&https("//93.184.215.14:8443/x")), host("93.184.215.14", 8443));
    let open = AddressRules {
        networks: vec!["10.1.0.0/16".parse().unwrap()],
        hosts: vec!["minio".to_owned(), "localhost".to_owned()],
        ..AddressRules::default()
    };
    assert_eq!(open.check(&https("//10.1.2.3/x")), host("10.1.2.3", 443));
    assert_eq!(open.check("https://minio:9000/x"), host("minio", 9000));
    assert_eq!(open.check_found("minio", &["172.17.0.2".parse().unwrap()]), Ok(()));
    assert_eq!(
        open.check_found("data.shop.example", &["172.17.0.2".parse().unwrap()]),
        Err(AddressError::Host)
    );
    assert_eq!(open.check(&https("//10.2.0.1/x")), Err(AddressError::Host));
}
