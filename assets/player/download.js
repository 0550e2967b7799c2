() => { /** @type {HTMLElement | null} */ (document.querySelector("#gif"))?.click(); }
