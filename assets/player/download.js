() => { /** @type {HTMLElement | null} */ (document.querySelector("#film-file"))?.click(); }
