() => { document.querySelector(".taken")?.dispatchEvent(new CustomEvent("tell", { detail: { said: "Waiting for its turn …", busy: true } })); }
