/** The protocols by which softphones in pages begin calls. One row each; CONTRIBUTING.md says how to add one. */
import { aircall } from "./aircall.ts";
import { amazon, amazonPorts } from "./amazon.ts";
import { dialpad, zoom } from "./embeds.ts";
import { hubspot } from "./hubspot.ts";
import type { MessageProtocol, PortProtocol, SocketProtocol } from "./protocol.ts";
import { sipFrames, sipPorts } from "./posted.ts";
import { ringcentral, ringcentralPorts } from "./ringcentral.ts";
import { sip } from "./sip.ts";
import { telnyx } from "./telnyx.ts";
import { twilio } from "./twilio.ts";

export const socketProtocols: readonly SocketProtocol[] = [sip, twilio, telnyx];
export const messageProtocols: readonly MessageProtocol[] = [
  aircall,
  hubspot,
  amazon,
  ringcentral,
  zoom,
  dialpad,
  sipFrames,
];
export const portProtocols: readonly PortProtocol[] = [sipPorts, ringcentralPorts, amazonPorts];
