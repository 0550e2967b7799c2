(noise, percent) => { document.querySelector(".stage")?.dispatchEvent(new CustomEvent("tell", { detail: { kind: "settings", noise, percent } })); }
