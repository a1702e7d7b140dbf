"""HTTP plumbing: requests, permissions, errors, forms and templates; nothing of schools.

A feature's `views.py` has a `blueprint`, declares a permission on each view and adds its menu
entries:

    @blueprint.get("/counties/<code>")
    @requires(Permission.COUNTY_VIEW)
    def county(code: str) -> str: ...

    navigation.add(N_("Counties"), "pages.counties", Permission.COUNTY_VIEW, icon="map", order=20)
"""
