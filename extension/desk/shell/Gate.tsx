/** Lets in managers, compliance officers and administrators; tells everybody else why not, and where to go. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { MeContext, useLearnMe } from "../parts/me.ts";
import { Page } from "../parts/Page.tsx";
import { Failed, Loading } from "../parts/QueryState.tsx";
import { words } from "../parts/texts.ts";

const openOptions = () => void chrome.runtime.openOptionsPage();

export function Gate({ children }: { children: ReactNode }) {
  const { data: me, error, refetch } = useLearnMe();
  if (me && me.person.role !== "agent") return <MeContext value={me}>{children}</MeContext>;
  return <main className="desk-gate">{inside()}</main>;

  function inside() {
    if (me)
      return (
        <Page title={words.gate.agent.title} lead={words.gate.agent.text}>
          <div>
            <Button onClick={openOptions}>{words.gate.agent.back}</Button>
          </div>
        </Page>
      );
    if (me === null)
      return (
        <Page title={words.gate.out.title} lead={words.gate.out.text}>
          <div>
            <Button onClick={openOptions}>{words.gate.out.connect}</Button>
          </div>
        </Page>
      );
    return (
      <Page title={words.name}>
        {error ? <Failed error={error} again={() => void refetch()} /> : <Loading />}
      </Page>
    );
  }
}
