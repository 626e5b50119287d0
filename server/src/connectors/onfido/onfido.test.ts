import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { onfido } from './index.ts';

/** A payload of our own in the vendor's shape, and what it tells; one line per item. */
interface Case {
  readonly title: string;
  readonly body: unknown;
  readonly settings?: SourceSettings;
  readonly delivered?: Delivered;
  readonly gives: readonly string[];
}

const CASES: readonly Case[] = [
  {
    title: 'a clear task passes',
    body: {
      payload: {
        resource_type: 'workflow_task',
        action: 'workflow_task.completed',
        object: {
          id: 't1',
          task_def_id: 'document_check',
          workflow_run_id: 'run1',
          status: 'completed',
          completed_at_iso8601: '2024-12-18T18:13:13Z',
          href: 'https://api.example.test/t1',
        },
        resource: {
          id: 't1',
          applicant_id: 'ap1',
          updated_at: '2024-12-18T18:13:13Z',
          output: { result: 'clear', status: 'complete' },
        },
      },
    },
    gives: [
      'kyc_status, run1:t1, passed, 2024-12-18T18:13:13.000Z, for onfido:applicant:ap1 onfido:run:run1',
    ],
  },
  {
    title: 'a task to consider fails',
    body: {
      payload: {
        resource_type: 'workflow_task',
        action: 'workflow_task.completed',
        object: {
          id: 't1',
          task_def_id: 'document_check',
          workflow_run_id: 'run1',
          status: 'completed',
          completed_at_iso8601: '2024-12-18T18:13:13Z',
          href: 'https://api.example.test/t1',
        },
        resource: {
          id: 't1',
          applicant_id: 'ap1',
          updated_at: '2024-12-18T18:13:13Z',
          output: { result: 'consider' },
        },
      },
    },
    gives: [
      'kyc_status, run1:t1, failed, 2024-12-18T18:13:13.000Z, for onfido:applicant:ap1 onfido:run:run1',
    ],
  },
  {
    title: 'the output may be a list',
    body: {
      payload: {
        resource_type: 'workflow_task',
        action: 'workflow_task.completed',
        object: {
          id: 't1',
          task_def_id: 'document_check',
          workflow_run_id: 'run1',
          status: 'completed',
          completed_at_iso8601: '2024-12-18T18:13:13Z',
          href: 'https://api.example.test/t1',
        },
        resource: {
          id: 't1',
          applicant_id: 'ap1',
          updated_at: '2024-12-18T18:13:13Z',
          output: [{ result: 'clear' }],
        },
      },
    },
    gives: [
      'kyc_status, run1:t1, passed, 2024-12-18T18:13:13.000Z, for onfido:applicant:ap1 onfido:run:run1',
    ],
  },
  {
    title: 'a task without a result tells nothing',
    body: {
      payload: {
        resource_type: 'workflow_task',
        action: 'workflow_task.completed',
        object: {
          id: 't1',
          task_def_id: 'document_check',
          workflow_run_id: 'run1',
          status: 'completed',
          completed_at_iso8601: '2024-12-18T18:13:13Z',
          href: 'https://api.example.test/t1',
        },
        resource: {
          id: 't1',
          applicant_id: 'ap1',
          updated_at: '2024-12-18T18:13:13Z',
          output: { status: 'complete' },
        },
      },
    },
    gives: ['ignored unwanted_row'],
  },
  {
    title: 'a task that the setting does not name tells nothing',
    body: {
      payload: {
        resource_type: 'workflow_task',
        action: 'workflow_task.completed',
        object: {
          id: 't1',
          task_def_id: 'document_check',
          workflow_run_id: 'run1',
          status: 'completed',
          completed_at_iso8601: '2024-12-18T18:13:13Z',
          href: 'https://api.example.test/t1',
        },
        resource: {
          id: 't1',
          applicant_id: 'ap1',
          updated_at: '2024-12-18T18:13:13Z',
          output: { result: 'clear' },
        },
      },
    },
    settings: { ignoredTasks: ['document_check'] },
    gives: ['ignored unwanted_row'],
  },
  {
    title: 'a finished run that was approved passes, for the customer that it names',
    body: {
      payload: {
        resource_type: 'workflow_run',
        action: 'workflow_run.completed',
        object: {
          id: 'run1',
          status: 'approved',
          completed_at_iso8601: '2024-12-18T18:14:00Z',
          href: 'https://api.example.test/run1',
        },
        resource: { id: 'run1', applicant_id: 'ap1', customer_user_id: 'player-9', status: 'approved' },
      },
    },
    gives: [
      'kyc_status, run1, passed, 2024-12-18T18:14:00.000Z, for customer:player-9 onfido:applicant:ap1 onfido:run:run1',
    ],
  },
  {
    title: 'a finished run that was declined fails',
    body: {
      payload: {
        resource_type: 'workflow_run',
        action: 'workflow_run.completed',
        object: { id: 'run1', status: 'declined', completed_at_iso8601: '2024-12-18T18:14:00Z' },
      },
    },
    gives: ['kyc_status, run1, failed, 2024-12-18T18:14:00.000Z, for onfido:run:run1'],
  },
  {
    title: 'a run in review is pending',
    body: {
      payload: {
        resource_type: 'workflow_run',
        action: 'workflow_run.completed',
        object: { id: 'run1', status: 'review', completed_at_iso8601: '2024-12-18T18:14:00Z' },
      },
    },
    gives: ['kyc_status, run1, pending, 2024-12-18T18:14:00.000Z, for onfido:run:run1'],
  },
  {
    title: 'a classic check carries no result and must be read again',
    body: {
      payload: {
        resource_type: 'check',
        action: 'check.completed',
        object: {
          id: 'c1',
          status: 'complete',
          completed_at_iso8601: '2020-01-01T00:00:00Z',
          href: 'https://api.example.test/c1',
        },
      },
    },
    gives: ['ignored unwanted_row'],
  },
  {
    title: 'the start of a check tells nothing',
    body: {
      payload: {
        resource_type: 'check',
        action: 'check.started',
        object: { id: 'c1', status: 'in_progress' },
      },
    },
    gives: ['ignored unwanted_row'],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(onfido.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  ['onfido/check_completed.json', ['ignored unwanted_row']],
  [
    'onfido/studio_webhook_event_with_object_in_output.json',
    [
      'kyc_status, b48fdff9-66a1-405d-9912-54780799bd68:document_check_75329, passed, 2024-12-18T18:13:13.000Z, for onfido:run:b48fdff9-66a1-405d-9912-54780799bd68',
    ],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(onfido.document, {}, readSample(path)))).toEqual(gives);
  },
);
