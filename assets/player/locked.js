(locks, ...others) => [document.querySelector(".stage")?.dataset.locks ?? "", ...others]
