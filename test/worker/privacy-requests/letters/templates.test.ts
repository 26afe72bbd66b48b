/** Letters from the company's own templates, and wording that fits how a letter is sent. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type {
  LetterTemplate,
  TemplatesAnswer,
  TemplateVersions,
} from "../../../../shared/privacy-requests/api-steps.ts";
import { lettersEn } from "../../../../shared/texts/privacy-requests/letters.en.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { call } from "../../helpers.ts";
import { deep } from "../../trail/kit.ts";
import { called, confirmAll, done, draft, enter, verified, officer, tokens, withTeam } from "../kit.ts";

withTeam();

const PATH = "/v1/requests/templates";
const put = (kind: string, text: string, version: number, token = officer) =>
  call("PUT", `${PATH}/${kind}`, { token, body: { text, version } });
const get = async <T>(path = "") => (await call("GET", `${PATH}${path}`, { token: officer })).data as T;
const template = async (kind: string) =>
  (await get<TemplatesAnswer>()).templates.find((one) => one.kind === kind)!;

it("are drafted from the company's own words, where it has any; each version stays, and ours come back", async () => {
  const id = await enter(officer);
  expect(await template("identity")).toEqual({
    ...{ kind: "identity", text: lettersEn.identity, own: false, version: 0, byName: null, at: null },
  });
  const own = "Hello {name}: who are you? {reference}";
  expect((await put("identity", own, 0)).data).toMatchObject({ own: true, version: 1, text: own });
  expect(await draft(officer, id, "identity")).toMatch(/^Hello Dora Data: who are you\? \w{4}-\w{4}$/);
  // The second save is refused, even at the same moment.
  expect((await put("identity", "Late {name}", 0)).data).toMatchObject({ code: "template-moved" });
  expect((await put("identity", "Ahead {name}", 7)).data).toMatchObject({ code: "template-moved" });
  const both = await Promise.all(["One", "Other"].map((text) => put("identity", text, 1)));
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect((await put("identity", "", 2, tokens.admin)).data).toMatchObject({ own: false, version: 3 });
  expect(await draft(officer, id, "identity")).toContain("a telephone bill");
  const { versions } = await get<TemplateVersions>("/identity/versions");
  expect(versions.map(({ version, text }) => [version, text])).toEqual([
    [3, ""],
    [2, expect.stringMatching(/^One$|^Other$/)],
    [1, own],
  ]);
  expect((await template("decision")) satisfies LetterTemplate).toMatchObject({ own: false, version: 0 });
  const { results } = await env.DB.prepare(
    "SELECT subject, payload FROM audit JOIN audit_payload USING (seq) WHERE code = 'request.template' ORDER BY seq",
  ).all<{ subject: string; payload: string }>();
  expect(results.map(({ payload }) => JSON.parse(payload) as unknown)).toEqual([
    { kind: "identity", version: 1, own: true },
    { kind: "identity", version: 2, own: true },
    { kind: "identity", version: 3, own: false },
  ]);
});

it("words that somebody wrote into the database are in no letter, and are found", async () => {
  await adopt(env);
  const id = await enter(officer);
  const found = async () =>
    (await deep("letter_templates")).findings.map(({ what, key }) => `${what} ${key}`);
  const run = (text: string) => env.DB.prepare(text).run();
  expect((await put("extension", "We need longer, {name}", 0)).status).toBe(200);
  expect(await draft(officer, id, "extension")).toContain("We need longer, Dora Data");
  expect(await found()).toEqual([]);
  await run("UPDATE letter_templates SET text = 'Never mind, {name}' WHERE kind = 'extension'");
  expect(await draft(officer, id, "extension")).not.toContain("Never mind");
  expect(await found()).toEqual(["altered extension/1"]);
  await run("UPDATE letter_templates SET text = 'We need longer, {name}' WHERE kind = 'extension'");
  for (const more of ["NULL, NULL, NULL", "salt_high, salt_low, code"]) {
    await run(
      `INSERT INTO letter_templates (kind, version, text, by, at, salt_high, salt_low, code)
       SELECT kind, 2, 'Never mind, {name}', by, at, ${more} FROM letter_templates WHERE kind = 'extension'`,
    );
    expect(await draft(officer, id, "extension")).not.toContain("Never mind");
    expect(await found()).toEqual(["extra extension/2"]);
    await run("DELETE FROM letter_templates WHERE kind = 'extension' AND version = 2");
  }
  await run("DELETE FROM letter_templates WHERE kind = 'extension'");
  expect(await found()).toEqual(["missing extension/1"]);
});

it("a place that the letter does not have is refused, with its name", async () => {
  for (const stray of ["{nmae}", "{ name }", "{decided}", "{name", "name}"])
    expect((await put("identity", `Dear ${stray}`, 3)).data, stray).toMatchObject({
      errors: [{ path: "text", message: expect.stringContaining(stray.replace("name}", "}")) as string }],
    });
});

it("where a copy is to be had is said by how the letter goes out", async () => {
  const { number } = await called(tokens.admin);
  const id = await verified(officer, number);
  await confirmAll(officer, id);
  await done(officer, id, "decide", { decision: "comply" });
  expect(await draft(officer, id, "decision")).toContain(
    "from the page on which you are reading this letter",
  );
  expect(await draft(officer, id, "decision?how=mail")).toContain(
    "from the page on which you are reading this letter",
  );
  expect(await draft(officer, id, "decision?how=post")).toContain("It is enclosed with this letter");
  expect(await draft(officer, id, "decision?how=telephone")).toContain("We will send it to you");
  // Without a verified address nothing is mailed.
  await env.DB.prepare("UPDATE requests SET proved_at = NULL, rev = rev + 1 WHERE id = ?").bind(id).run();
  expect(await draft(officer, id, "decision")).toContain("It is enclosed with this letter");
});
