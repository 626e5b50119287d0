import { PageHeader } from '../../../components/page-header.tsx';

export function CommissionsPage() {
  return <PageHeader title="Commissions" />;
}
