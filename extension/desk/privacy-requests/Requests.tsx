/** Requests of data subjects: the queue by deadline, objections to check, tasks in connected CRMs, the figures, and the letters' templates. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { useMay } from "../parts/me.ts";
import { Page } from "../parts/Page.tsx";
import { TabbedPage } from "../parts/TabbedPage.tsx";
import { words } from "../parts/texts.ts";
import { RequestsEnter } from "./Enter.tsx";
import { RequestsFigures } from "./Figures.tsx";
import { RequestsObjections } from "./Objections.tsx";
import { RequestsQueue } from "./Queue.tsx";
import { RequestsSystems } from "./systems/Done.tsx";
import { RequestsTemplates } from "./Templates.tsx";

const text = deskRequestsEn;

const panels = {
  queue: RequestsQueue,
  objections: RequestsObjections,
  systems: RequestsSystems,
  figures: RequestsFigures,
  letters: RequestsTemplates,
};

export default function Requests() {
  const mayAll = useMay("compliance", "admin");
  const [entering, setEntering] = useState(false);
  const title = words.nav.requests;
  const actions = <Button onClick={() => setEntering(true)}>{text.enter.button}</Button>;
  return (
    <>
      {mayAll ? (
        <TabbedPage {...{ title, actions, panels }} path="/requests" lead={text.lead} labels={text.tabs} />
      ) : (
        // Managers see only the figures, and may enter a request.
        <Page {...{ title, actions }} lead={text.leadFigures}>
          <RequestsFigures />
        </Page>
      )}
      {entering && <RequestsEnter close={() => setEntering(false)} />}
    </>
  );
}
