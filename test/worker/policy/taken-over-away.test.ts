/** A bucket that does not answer in the first run ends no take-over: the next run asks again. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { adoptRecipients } from "../../../worker/jobs/recipients.ts";
import { forgetRecipients, wantRecipient } from "../../../worker/policy/egress.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { aTeam, call, dump } from "../helpers.ts";

const tokens = aTeam();
const marks = async () =>
  ((await dump("marks")) as { name: string }[]).filter(({ name }) => name.startsWith("recipients"));

it("takes over what was connected, once the bucket says that it was not done", async () => {
  await call("POST", "/v1/webhooks", { token: tokens.admin, body: { url: "https://old.example.com/in" } });
  await adopt(env);
  const away = () => Promise.reject(new Error("away"));
  const ARCHIVE = { list: away, get: away, head: away } as unknown as R2Bucket;
  await adoptRecipients({ ...env, ARCHIVE });
  expect(await marks()).toEqual([]);
  expect(await dump("outbox")).toEqual([]);
  await adoptRecipients(env);
  await adopt(env);
  expect(await marks()).not.toEqual([]);
  forgetRecipients();
  await wantRecipient(env, "webhook", "old.example.com");
  await expect(wantRecipient(env, "webhook", "new.example.com")).rejects.toThrow();
});
