/** What changes of a recording while its month closes: the file is named only with rows as they are. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { closeKept } from "../../../../worker/recordings/closed/close.ts";
import { recallKept } from "../../../../worker/recordings/closed/read.ts";
import { returnNear } from "../../../../worker/recordings/closed/due.ts";
import { bringForward } from "../../../../worker/recordings/retention.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { aTeam, DAY, dump, racing, setPolicy } from "../../helpers.ts";
import { deepOf } from "../../trail/kit.ts";
import { here, LATER } from "../certificates/kit.ts";
import { arrive, sample } from "../kit.ts";

const tokens = aTeam();
const ids: string[] = [];
beforeAll(async () => {
  for (const n of [0, 1, 2])
    ids.push(
      await arrive(
        env,
        tokens.admin,
        sample({
          startedAt: new Date(Date.now() - (n + 1) * 1000).toISOString(),
          storage: { kind: "r2", key: `folder/${n}.mp3` },
        }),
      ),
    );
  await archiveMonths(env, LATER);
});
const rows = () => dump("recordings") as Promise<{ id: string; erase_after: string }[]>;

it("a day that policy moves between the file and its commit is not lost", async () => {
  await setPolicy(
    (policy) => ({ recording: { ...policy.recording, retentionMonths: 9 } }),
    new Date(Date.now() - 20 * DAY).toISOString(),
  );
  const raced = racing(() => bringForward(env, Date.now()));
  await expect(closeKept(raced.env, LATER)).rejects.toThrow("NOT NULL");
  expect(raced.isOver()).toBe(true);
  const moved = (await rows()).map(({ erase_after }) => erase_after);
  expect(new Set(moved).size).toBe(1);
  await closeKept(env, LATER);
  expect(await here()).toEqual([]);
  await recallKept(env, { ids });
  expect((await rows()).map(({ erase_after }) => erase_after)).toEqual(moved);
});

it("one that comes back while its file does is there once", async () => {
  await env.DB.exec("DELETE FROM marks WHERE name = 'recordings-closed'");
  await env.DB.exec("DELETE FROM closed_kept_files");
  await env.DB.exec("DELETE FROM closed_kept_out");
  await closeKept(env, LATER);
  expect(await here()).toEqual([]);
  const due = Date.parse(((await dump("closed_kept_days")) as { day: string }[])[0]!.day);
  const raced = racing(() => recallKept(env, { ids: [ids[0]!] }));
  await expect(returnNear(raced.env, due)).rejects.toThrow("could not be put back");
  expect(raced.isOver()).toBe(true);
  expect(await here()).toEqual([ids[0]]);
  await returnNear(env, due);
  expect(await here()).toEqual([...ids].sort());
  expect(await dump("closed_kept_files")).toEqual([]);
  expect((await deepOf(["recordings", "audio"], LATER)).found).toEqual([]);
});
