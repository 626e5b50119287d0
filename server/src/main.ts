// Start here. config → platform → rooms → commands; each command opens only the rooms that it needs.
import { Command } from 'commander';
import { addApiCommand } from './commands/api.ts';
import { addAdjustmentCommand } from './commands/adjustment.ts';
import { addConservationCommand } from './commands/conservation.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEventCommand } from './commands/event.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addIdentityCommands } from './commands/identity.ts';
import { addMigrateCommand } from './commands/migrate.ts';
import { addStartCommand } from './commands/start.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { addWorkerCommand } from './commands/worker.ts';
import { addProgramCommand } from './commands/program.ts';
import { addPartnerCommand } from './commands/partner.ts';
import { addDealCommand } from './commands/deal.ts';
import { addSourceCommand } from './commands/source.ts';
import { addPresetsCommand } from './commands/presets.ts';
import { addFeedCommand } from './commands/feed.ts';
import { addImportCommand } from './commands/import.ts';
import { addLedgerCommand } from './commands/ledger.ts';
import { addOpeningCommand } from './commands/opening.ts';
import { addPaymentCommand } from './commands/payment.ts';
import { addLinkCommand } from './commands/link.ts';
import { addPromotionCommands } from './commands/promotion.ts';
import { addCommissionCommand } from './commands/commission.ts';
import { addLabCommand } from './commands/lab.ts';
import { addGradeCommand } from './commands/grade.ts';
import { addRebateCommands } from './commands/rebate.ts';
import { addPeriodCommand } from './commands/period.ts';
import { addStatementCommands } from './commands/statement.ts';
import { addRatesCommand } from './commands/rates.ts';
import { addKeyCommand } from './commands/key.ts';
import { addDriftCommand } from './commands/drift.ts';
import { addChangeSetsCommand } from './commands/change-sets.ts';
import { addReassignCommand } from './commands/reassign.ts';
import { addMappingCommand } from './commands/mapping.ts';
import { addParkedCommand } from './commands/parked.ts';
import { addQuiesceCommand } from './commands/quiesce.ts';
import { addQuarantineCommand } from './commands/quarantine.ts';
import { MigrationRefused } from './platform/migrations.ts';
import { SetupProblem } from './platform/setup-problem.ts';

/** Every command of `plumbline`, in the order of its help. A room adds a file in commands/ and a line here. */
const COMMANDS: readonly ((program: Command) => void)[] = [
  addStartCommand,
  addApiCommand,
  addWorkerCommand,
  addMigrateCommand,
  addDoctorCommand,
  addProgramCommand,
  addPartnerCommand,
  addDealCommand,
  addPresetsCommand,
  addSourceCommand,
  addFeedCommand,
  addImportCommand,
  addQuarantineCommand,
  addParkedCommand,
  addMappingCommand,
  addChangeSetsCommand,
  addReassignCommand,
  addOpeningCommand,
  addAdjustmentCommand,
  addPaymentCommand,
  addLedgerCommand,
  addIdentityCommands,
  addDriftCommand,
  addLinkCommand,
  addPromotionCommands,
  addRatesCommand,
  addKeyCommand,
  addCommissionCommand,
  addLabCommand,
  addPeriodCommand,
  addGradeCommand,
  addRebateCommands,
  addStatementCommands,
  addEventCommand,
  addExplainCommand,
  addQuiesceCommand,
  addVerifyCommand,
  addConservationCommand,
];

async function main(): Promise<void> {
  const program = new Command('plumbline')
    .description('Partner commissions that explain themselves, from the raw delivery to the ledger.')
    .showHelpAfterError()
    .helpCommand(true);
  for (const add of COMMANDS) add(program);
  try {
    await program.parseAsync();
    process.exit(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof SetupProblem || error instanceof MigrationRefused) console.error(error.message);
    else console.error(error);
    process.exit(1);
  }
}

await main();
