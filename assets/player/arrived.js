() => {
  const tell = (kind) => document.querySelector(".stage")?.dispatchEvent(new CustomEvent("tell", { detail: { kind } }));
  tell("arrive");
  for (const touch of ["pointerdown", "keydown", "input", "click"]) addEventListener(touch, () => tell("touch"), { once: true });
}
