() => { document.querySelector(".stage")?.dispatchEvent(new CustomEvent("tell", { detail: { kind: "tab", drafting: "none" } })); }
