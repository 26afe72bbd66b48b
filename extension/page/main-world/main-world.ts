/**
 * Runs in the page's own world, and wraps what dials there without an event, so that the guard in the isolated world is
 * asked first. The guard can stop a dial; nothing here can allow one. Without a guard to ask it does nothing.
 */
import { join } from "./ask-guard.ts";
import { watch } from "./clicks.ts";
import { wire } from "./realms.ts";
import { keep } from "./sockets.ts";

/** What Chrome gives the background as the value of this script. */
// oxlint-disable-next-line no-unused-vars -- scripts/build.ts ends the script with it
declare let cleardialName: string;
cleardialName = join(wire, watch, keep);
