@description('Per month, in the currency of the subscription; a mail goes out at 80 and at 100 percent. It stops nothing.')
@minValue(1)
param amount int
@description('First day of the month that it starts with.')
param start string
@description('Who gets the mail besides the owners of the subscription.')
param contactEmails string[]

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
        contactEmails: contactEmails
        contactRoles: ['Owner']
      }
      spent: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        contactEmails: contactEmails
        contactRoles: ['Owner']
      }
    }
  }
}
