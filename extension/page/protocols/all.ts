/** All protocols, for what lists them. No page loads this. */
import type { Protocol } from "./protocol.ts";
import { messageProtocols, portProtocols, socketProtocols } from "./rows.ts";

export const protocols: readonly Protocol[] = [...socketProtocols, ...messageProtocols, ...portProtocols];
