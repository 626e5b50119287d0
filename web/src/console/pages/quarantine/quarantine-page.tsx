import { PageHeader } from '../../../components/page-header.tsx';

export function QuarantinePage() {
  return <PageHeader title="Quarantine" />;
}
