// Starts the islands. Each looks for its own data- attribute and does nothing without it.
import * as card from "./card.js";
import * as chain from "./chain.js";
import * as clock from "./clock.js";
import * as drop from "./drop.js";
import * as editor from "./editor.js";
import * as labels from "./labels.js";
import * as lanes from "./lanes.js";
import * as live from "./live.js";
import * as panel from "./panel.js";
import * as select from "./select.js";
import * as speak from "./speak.js";
import * as theme from "./theme.js";
import * as view from "./view.js";

for (const island of [theme, live, clock, view, select, chain, labels, lanes, card, speak, panel, editor, drop]) island.start();
