import { expect, it } from "vitest";
import { missedBy } from "../../../shared/call-logs/missed.ts";

it.each([
  // A desk telephone of the company's exchange, whose agent has ClearDial on.
  [{ provider: "3cx", agent: "ann", extension: "on" }, ["server"]],
  [{ provider: "3cx", agent: null, extension: null }, ["server"]],
  [{ provider: "3cx", agent: "ann", extension: "off" }, ["server", "page", "browser"]],
  [{ provider: "twilio", agent: "client:ann", extension: "on" }, ["server", "protocol"]],
  [{ provider: "twilio", agent: "+442079460100", extension: "on" }, ["server"]],
  // It asks nobody before a call.
  [{ provider: "aircall", agent: "ann@example.com", extension: "on" }, ["protocol"]],
  [{ provider: "aircall", agent: "ann@example.com", extension: "off" }, ["protocol", "page", "browser"]],
] as const)("%j: %j", (call, layers) => expect(missedBy(call)).toEqual(layers));
