import { PageHeader } from '../../../components/page-header.tsx';

export function CustomersPage() {
  return <PageHeader title="Customers" />;
}
