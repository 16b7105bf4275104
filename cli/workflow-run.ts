const timeoutMs = 1_000;

export interface WorkflowPlace {
  /** The address of Temporal's Web UI. */
  readonly ui: string;
  readonly namespace: string;
  readonly workflowId: string;
}

/** The address of a workflow's tab that tells its story; of its list of runs if the run is not known. */
export function workflowAddress({ ui, namespace, workflowId }: WorkflowPlace, runId: string | undefined): string {
  const page = `${ui}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`;
  return runId === undefined ? page : `${page}/${runId}/user-metadata`;
}

/** The id of the workflow's latest run, as the UI's own API tells it; undefined without an answer. */
export async function latestRun({ ui, namespace, workflowId }: WorkflowPlace): Promise<string | undefined> {
  try {
    const address = `${ui}/api/v1/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`;
    const { z } = await import('zod');
    const description = z.object({ workflowExecutionInfo: z.object({ execution: z.object({ runId: z.string() }) }) });
    const answer = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) });
    return description.safeParse(await answer.json()).data?.workflowExecutionInfo.execution.runId;
  } catch {
    return undefined;
  }
}
