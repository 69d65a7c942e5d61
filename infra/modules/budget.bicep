@description('Per month, in the currency of the subscription; a mail goes out at 80 and at 100 percent. It stops nothing.')
@minValue(1)
param amount int
@description('First day of the month that it starts with.')
param start string

resource budget 'Microsoft.Consumption/budgets@2026-06-01' = {
  name: 'wrncloud'
  properties: {
    amount: amount
    category: 'Cost'
    timeGrain: 'Monthly'
    timePeriod: { startDate: start }
    notifications: {
      nearlySpent: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 80
        contactEmails: []
        contactRoles: ['Owner', 'Contributor']
      }
      spent: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        contactEmails: []
        contactRoles: ['Owner', 'Contributor']
      }
    }
  }
}
