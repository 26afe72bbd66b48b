/** `POST /v1/gate`: may this call be set up now? docs/gate.md has the contract: no answer is no call. */
import { problemSchema } from "../../shared/api.ts";
import { gateAnswer, gateRequest } from "../../shared/dials/api-gate.ts";
import { asks } from "../check/budget.ts";
import { body, json, room, route } from "../core/route.ts";
import { askGate } from "./gate.ts";

export const gate = room();

gate.openapi(
  route({
    method: "post",
    path: "/v1/gate",
    roles: [],
    scopes: ["gate"],
    pace: "gate",
    asks: asks.gate,
    summary:
      "Whether a telephone system may set a call up. The evidence is stored before the answer. Anything but `allow`, an " +
      "error and no answer in time mean: do not call",
    request: { body: body(gateRequest) },
    responses: {
      200: json(gateAnswer),
      409: json(problemSchema, "The call id was used for another call, or its answer is over"),
    },
  }),
  async (c) => c.json(await askGate(c, c.get("actor")!, c.req.valid("json")), 200),
);
