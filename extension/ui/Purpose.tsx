/** What this person's calls are for: asked only where the company makes several kinds (PECR regs 19, 21A, 21B). */
import type { Campaign } from "../../shared/policy.ts";
import { policyEn } from "../../shared/texts/policy.en.ts";
import { ask, type Ground } from "../messages.ts";
import { ui } from "./page.ts";

export function Purpose({ ground, changed }: { ground: Ground | null; changed: () => Promise<void> }) {
  const kinds = ground?.policy.campaigns.runs ?? [];
  if (kinds.length < 2) return null;
  const usual = kinds.includes("general") ? "general" : kinds[0];
  async function choose(purpose: Campaign) {
    await ask("ui.purpose", { purpose });
    await changed();
  }
  return (
    <section className="panel purpose">
      <div className="row">
        <label htmlFor="purpose" className="grow">
          {ui.purpose.label}
        </label>
        <select
          id="purpose"
          value={ground?.purpose ?? usual}
          onChange={(event) => void choose(event.target.value as Campaign)}
        >
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {policyEn.values[kind]}
            </option>
          ))}
        </select>
      </div>
      <p className="quiet">{ui.purpose.hint}</p>
    </section>
  );
}
