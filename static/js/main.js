// Starts the islands. Each looks for its own data- attribute and does nothing without it.
import * as answers from "./answers.js";
import * as bands from "./bands.js";
import * as card from "./card.js";
import * as chain from "./chain.js";
import * as clock from "./clock.js";
import * as conditions from "./conditions.js";
import * as copy from "./copy.js";
import * as draw from "./draw.js";
import * as drop from "./drop.js";
import * as fold from "./fold.js";
import * as forms from "./forms.js";
import * as follow from "./follow.js";
import * as hand from "./hand.js";
import * as keys from "./keys.js";
import * as labels from "./labels.js";
import * as lanes from "./lanes.js";
import * as late from "./late.js";
import * as legend from "./legend.js";
import * as live from "./live.js";
import * as menu from "./menu.js";
import * as overview from "./overview.js";
import * as pan from "./pan.js";
import * as panel from "./panel.js";
import * as png from "./png.js";
import * as present from "./present.js";
import * as scrub from "./scrub.js";
import * as select from "./select.js";
import * as speak from "./speak.js";
import * as theme from "./theme.js";
import * as travel from "./travel.js";
import * as view from "./view.js";
import * as whatif from "./whatif.js";
import * as whytab from "./whytab.js";

const islands = [
  theme, hand, live, clock, view, draw, travel, scrub, bands, pan, overview, select, chain, labels, legend, lanes, fold, conditions, whytab, keys, card, speak, late, panel, answers, whatif, forms, drop, menu, copy, png, present, follow,
];
for (const island of islands) island.start();
// What only one page has is loaded there.
if (document.querySelector("[data-twin]")) import("./twin.js").then((twin) => twin.start());
