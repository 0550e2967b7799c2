() => new URLSearchParams(location.search).get("film") ?? ""
