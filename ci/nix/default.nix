# Builds and tests the crates, and installs their sources as a directory for cargo's source replacement.
# Run: nix-instantiate --parse (cargo xtask package recipes, on Debian 13).
# Not run: nix-build. No store with nixpkgs was available.
{
  lib,
  rustPlatform,
  curl,
  gnutls,
  pkg-config,
  softhsm,
}:

rustPlatform.buildRustPackage rec {
  pname = "rust-gnutls";
  version = "0.2.0";

  src = lib.cleanSource ../..;
  cargoLock.lockFile = ../../Cargo.lock;

  nativeBuildInputs = [ pkg-config ];
  propagatedBuildInputs = [ gnutls ];
  nativeCheckInputs = [
    curl
    gnutls
    softhsm
  ];
  cargoBuildFlags = [ "--workspace" ];
  cargoTestFlags = [ "--workspace" ];

  installPhase = ''
    runHook preInstall
    registry=$out/share/cargo/registry
    cargo package --frozen --no-verify --allow-dirty --workspace --exclude gnutls-testing
    mkdir -p $registry
    for crate in gnutls-macros gnutls-sys gnutls tokio-gnutls; do
      tar -xzf target/package/$crate-${version}.crate -C $registry
      echo '{"files":{}}' > $registry/$crate-${version}/.cargo-checksum.json
    done
    runHook postInstall
  '';

  meta = {
    description = "Rust crates gnutls, gnutls-sys, gnutls-macros and tokio-gnutls";
    homepage = "https://www.gnutls.org";
    license = with lib.licenses; [
      mit
      asl20
    ];
    platforms = lib.platforms.linux;
  };
}
