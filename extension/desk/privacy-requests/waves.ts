/** Floods of the public form of which objections wait. An older Worker has no route for them, and names none. */
import type { RequestWaves } from "../../../shared/privacy-requests/api.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { fill } from "../parts/texts.ts";
import { sayTime } from "../parts/When.tsx";

type Wave = RequestWaves["waves"][number];

export const useWaves = (): Wave[] => useApi<RequestWaves>("/v1/requests/waves").data?.waves ?? [];

/** For a filter; with the wave of the address, which may be settled. */
export const waveOptions = (waves: readonly Wave[], here: string): Record<string, string> =>
  Object.fromEntries(
    [...new Set([...waves.map(({ wave }) => wave), ...(here === "" ? [] : [here])])].map((wave) => [
      wave,
      Number.isNaN(Date.parse(wave)) ? wave : fill(deskRequestsEn.queue.waveOf, { at: sayTime(wave) }),
    ]),
  );
