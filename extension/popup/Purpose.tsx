/** What this person's calls are for: asked only if the company makes several kinds of call (PECR regs 19, 21A, 21B). */
import type { Campaign } from "../../shared/policy/policy.ts";
import { ask } from "../messages.ts";
import type { PolicyContext } from "../policy-context.ts";
import { ui } from "../ui/our-pages.ts";

interface Props {
  context: PolicyContext | null;
  locked: boolean;
  changed: () => Promise<void>;
}

export function Purpose({ context, locked, changed }: Props) {
  const kinds = context?.policy.campaigns.runs ?? [];
  if (kinds.length < 2) return null;
  const unsaid = kinds.includes("general") ? "general" : "";
  async function choose(purpose: Campaign | null) {
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
          disabled={locked}
          value={context?.purpose ?? unsaid}
          onChange={({ target }) => void choose(target.value === "" ? null : (target.value as Campaign))}
        >
          {unsaid === "" && <option value="">{ui.purpose.unsaid}</option>}
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {ui.purpose.kinds[kind]}
            </option>
          ))}
        </select>
      </div>
      <p className="quiet">{locked ? ui.setByAdmin : ui.purpose.hint}</p>
    </section>
  );
}
