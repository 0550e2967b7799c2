/**
 * The cards of the tour, as data. Knows nothing of how they are shown.
 */

/**
 * @typedef {Object} Card
 * @property {string} title
 * @property {string} text under 45 words
 * @property {string} [target] the control that the card is about; a card whose control is not on the page is left out
 * @property {string} [named] what is written on it, where the target alone does not tell
 * @property {string} [on] the event by which the visitor does it
 * @property {string} [value] what the control is set to when the tour does it; without, it is pressed
 */

/** @type {Card[]} */
export const CARDS = [
  {
    title: "Do some damage",
    text: "Noise is how much of the text is ruined: at 60 percent, more than half of the letters are replaced by random ones. Drag it, and watch the page.",
    target: "#noise input[type=range]",
    on: "input",
    value: "60",
  },
  {
    title: "Let it heal",
    text: "Press Restore. The model looks at the whole page, says for every place which letter it expects there, changes a few, and looks again: 32 times.",
    target: "#restore",
    on: "click",
  },
  {
    title: "Go back in time",
    text: "Every look was kept. The strip is the film, a column a step, tall where much changed. Drag it and see which letters come first.",
    target: ".strip .slider",
    on: "input",
    value: "12",
  },
  {
    title: "Look inside",
    text: "Pick any letter. You see the five that the model found most likely in this place, how unsure it was, and what stood there before.",
    target: ".stage .letters .letter",
    on: "pointerdown",
  },
  {
    title: "Give it less time",
    text: "Steps is how often the model may look. With 4 it has to change many letters at once, blind to each other. Set it, and restore again.",
    target: 'input[type=range][aria-label$="Steps"]',
    on: "input",
    value: "4",
  },
  {
    title: "Change the schedule",
    text: "Under Finer settings you choose how the noise falls from step to step. The dashed curve beside the player shows what the next film will do.",
    target: ".finer > button",
    on: "click",
  },
  {
    title: "Hide instead",
    text: "Scrambled letters lie: the model must also find out which ones are wrong. Hidden ones do not. Choose Hide, and restore once more.",
    target: '#controls [role=tabpanel] input[type=radio][value="mask"]',
    on: "change",
  },
  {
    title: "Set two against each other",
    text: "Compare runs several films from the same noise, side by side. Open it, and see what a setting really does.",
    target: "button[role=tab]",
    named: "Compare",
    on: "click",
  },
];

/** @type {[string, string][]} */
export const QUESTIONS = [
  ["Why is the length fixed?", "The model fills places, and there must be places before there are letters. It can change what stands in one, but not insert or remove one."],
  ["Is it faster than writing letter by letter?", "It can be: it needs one look a step, whatever the length, and 32 looks for 256 letters. Fewer looks cost quality."],
  ["Does it look things up?", "No. It has no text to look into, only ten million numbers, fitted to one megabyte of Shakespeare."],
  ["Is it just autocomplete?", "Autocomplete reads what stands before. This one reads both sides, and can change its mind about what it wrote."],
  ["Why are some words no words?", "It knows letters, not words. Letters of one step are drawn without knowing of each other, and so two good guesses can make one bad word."],
];
